/**
 * One renewal of the login, from the lock to the written file. Invariants: the file is read after the lock was got
 * and again before it is written, so a login that another program renewed is taken over and never renewed twice;
 * the room for the new login is there before it is asked for; nothing stands between its arrival and its writing.
 */
import type { Clock } from '../clock.ts';
import type { Replacement } from '../files/replace-file.ts';
import type { CredentialsFile } from './credentials-file.ts';
import { type Login, type Token, tokenOf } from './login.ts';
import type { OauthApi, TokenAnswer } from './oauth-api.ts';
import { lockRefresh } from './refresh-lock.ts';

export type RefreshEnd =
  | { kind: 'granted'; token: Token }
  /** Another program had renewed it, or somebody signed in anew. */
  | { kind: 'adopted'; token: Token }
  /** Nothing to renew: signed out meanwhile. */
  | { kind: 'gone' }
  /** The refresh token is dead; only a person can sign in again. */
  | { kind: 'refused' }
  | { kind: 'failed'; reason: string; retryAfterMs: number | null };

export type RefreshParts = { file: CredentialsFile; api: OauthApi; clock: Clock };

/**
 * @param stale id of the login that is to be renewed; any other one found in the file is good as it is
 * @param signal ends the wait for another process; a request that was sent is always waited for
 */
export async function refreshLogin(
  { file, api, clock }: RefreshParts,
  stale: string,
  signal: AbortSignal,
): Promise<RefreshEnd> {
  try {
    const lock = await lockRefresh(file.path, { clock, signal });
    try {
      return await renew(file, api, stale, signal);
    } finally {
      lock.release();
    }
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error), retryAfterMs: null };
  }
}

async function renew(
  file: CredentialsFile,
  api: OauthApi,
  stale: string,
  signal: AbortSignal,
): Promise<RefreshEnd> {
  const before = file.read();
  if (before === null) return { kind: 'gone' };
  const token = tokenOf(before);
  if (token.id !== stale) return { kind: 'adopted', token };
  if (before.refreshToken === null) return { kind: 'refused' };
  const reserved = file.reserve();
  try {
    const answer = await askTwice(api, before.refreshToken, signal);
    return conclude(file, before, answer, reserved);
  } finally {
    reserved.discard();
  }
}

/** A lost answer may have renewed the login: asking again with the same token is the way to learn of it. */
async function askTwice(api: OauthApi, refreshToken: string, signal: AbortSignal): Promise<TokenAnswer> {
  const first = await api.refresh(refreshToken);
  if (first.kind !== 'lost' || signal.aborted) return first;
  return api.refresh(refreshToken);
}

function conclude(
  file: CredentialsFile,
  before: Login,
  answer: TokenAnswer,
  reserved: Replacement,
): RefreshEnd {
  const after = file.read();
  if (after === null) return { kind: 'gone' }; // somebody signed out while we asked
  // A program that does not know the lock, or a person: what they wrote is newer than what we asked with.
  if (tokenOf(after).id !== tokenOf(before).id) return { kind: 'adopted', token: tokenOf(after) };
  switch (answer.kind) {
    case 'granted':
      keep(file, { ...answer.grant, refreshEndsAt: endOf(before, answer.grant) }, reserved);
      return { kind: 'granted', token: tokenOf(file.read() ?? answer.grant) };
    case 'refused':
      return { kind: 'refused' };
    case 'failed':
      return answer;
    case 'lost':
      return { kind: 'failed', reason: answer.reason, retryAfterMs: null };
  }
}

/** Renewing does not lengthen the chain: Claude Code keeps the earlier end too. */
function endOf(before: Login, granted: Login): number | null {
  if (before.refreshEndsAt === null) return granted.refreshEndsAt;
  return Math.min(before.refreshEndsAt, granted.refreshEndsAt ?? before.refreshEndsAt);
}

function keep(
  file: CredentialsFile,
  grant: Extract<TokenAnswer, { kind: 'granted' }>['grant'],
  reserved: Replacement,
): void {
  try {
    file.save(grant, reserved);
  } catch {
    // The file holds it in memory and writes it as soon as that works again: it is in use from now on all the same.
  }
}

function reasonOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 'REFRESH_BUSY' && error instanceof Error) return error.message;
  if (typeof code === 'string') return `the credentials file can't be replaced (${code})`;
  return 'the renewal was broken off';
}
