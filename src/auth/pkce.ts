/**
 * Signing in by hand (RFC 7636): a person opens the address, consents, and brings back `code#state`. What has to be
 * remembered in between lies in a 0600 file, so that the two steps may be two commands.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { replaceFile } from '../files/replace-file.ts';
import { CredentialsFile } from './credentials-file.ts';
import { CLIENT_ID, type OauthApi, type TokenAnswer } from './oauth-api.ts';

const AUTHORIZE_URL = 'https://claude.ai/oauth/authorize';
const REDIRECT_URI = 'https://platform.claude.com/oauth/code/callback';
/** What a new login may do; `org:create_api_key` is part of what Claude Code itself asks for. */
const LOGIN_SCOPE =
  'org:create_api_key user:profile user:inference user:sessions:claude_code user:mcp_servers';
/** A consent is given within minutes; the code lives no longer. */
const PENDING_MS = 60 * 60_000;

const pendingSchema = z.object({ verifier: z.string(), state: z.string(), at: z.number() });
export type PendingLogin = z.infer<typeof pendingSchema>;

/** Begins a sign-in, in place of one that was begun before. @returns the address to open in a browser */
export function beginLogin(pendingPath: string, now: number): string {
  const secret = () => randomBytes(32).toString('base64url');
  const pending: PendingLogin = { verifier: secret(), state: secret(), at: now };
  mkdirSync(dirname(pendingPath), { recursive: true });
  replaceFile(pendingPath, JSON.stringify(pending));
  return authorizeUrl(pending);
}

function authorizeUrl({ verifier, state }: PendingLogin): string {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return `${AUTHORIZE_URL}?${new URLSearchParams({
    ...{ code: 'true', client_id: CLIENT_ID, response_type: 'code', redirect_uri: REDIRECT_URI },
    ...{ scope: LOGIN_SCOPE, code_challenge: challenge, code_challenge_method: 'S256', state },
  })}`;
}

export type LoginEnd =
  | { kind: 'signed_in'; expiresAt: number }
  /** No sign-in was begun on this home within the last hour. */
  | { kind: 'not_begun' }
  /** The text is no `code#state` of the sign-in that was begun last. */
  | { kind: 'not_a_code' }
  | Exclude<TokenAnswer, { kind: 'granted' }>;

export type LoginParts = { api: OauthApi; credentialsPath: string; pendingPath: string; now: number };

/** @param pasted `code#state`, as the page shows it */
export async function finishLogin(pasted: string, parts: LoginParts): Promise<LoginEnd> {
  const { api, credentialsPath, pendingPath, now } = parts;
  const pending = readPending(pendingPath);
  if (pending === null || now - pending.at > PENDING_MS) return { kind: 'not_begun' };
  const [code = '', state] = pasted.trim().split('#');
  if (code === '' || state !== pending.state) return { kind: 'not_a_code' };
  const { verifier: code_verifier } = pending;
  const answer = await api.exchange({ code, state, code_verifier, redirect_uri: REDIRECT_URI });
  if (answer.kind !== 'granted') return answer;
  mkdirSync(dirname(credentialsPath), { recursive: true, mode: 0o700 });
  new CredentialsFile(credentialsPath).save(answer.grant);
  rmSync(pendingPath, { force: true });
  return { kind: 'signed_in', expiresAt: answer.grant.expiresAt };
}

function readPending(path: string): PendingLogin | null {
  try {
    const parsed = pendingSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // none was begun
  }
}
