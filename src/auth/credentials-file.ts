/**
 * Claude Code's `~/.claude/.credentials.json`: read when it changes, replaced whole, fields of other programs kept.
 * Invariant: a login that could not be written is held here and goes before the file until it could.
 */
import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { openReplacement, type Replacement, replaceFile } from '../files/replace-file.ts';
import type { Login } from './login.ts';

/** `expiresAt` in milliseconds since the epoch. */
const fileSchema = z.looseObject({
  claudeAiOauth: z.looseObject({
    accessToken: z.string().min(1),
    refreshToken: z.string().min(1).nullish(),
    expiresAt: z.number(),
    /** Written by Claude Code (seen with 2.1.329) when the server tells it. */
    refreshTokenExpiresAt: z.number().nullish().catch(null),
    subscriptionType: z.string().nullish(),
  }),
});

/** What a new login sets in the file; `scopes` only when the server told them. */
export type Grant = Login & { scopes: readonly string[] | null };

export class CredentialsFile {
  #stamp = '';
  #login: Login | null = null;
  #unsaved: Grant | null = null;

  constructor(readonly path: string) {}

  /** The login there is; null when signed out. While another program writes the file, what was known counts. */
  read(): Login | null {
    this.#saveHeld();
    if (this.#unsaved !== null) return this.#unsaved;
    try {
      const stamp = stampOf(this.path);
      if (stamp === this.#stamp) return this.#login;
      this.#login = parseLogin(readFileSync(this.path, 'utf8'));
      this.#stamp = stamp;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#login = null; // signed out
      this.#stamp = ''; // half-written or unreadable: looked at again next time
    }
    return this.#login;
  }

  /** Takes the room for a new login, so that writing it cannot fail later for want of it. */
  reserve(): Replacement {
    return openReplacement(this.path);
  }

  /** Puts a new login in place durably; held in memory and tried again when it cannot be written. */
  save(grant: Grant, reserved?: Replacement): void {
    this.#unsaved = grant;
    const text = this.#textWith(grant);
    if (reserved) reserved.commit(text);
    else replaceFile(this.path, text);
    this.#unsaved = null;
  }

  #saveHeld(): void {
    if (this.#unsaved === null) return;
    try {
      this.save(this.#unsaved);
    } catch {
      // Still no room; the login is kept here, works, and is tried again at the next look.
    }
  }

  #textWith(grant: Grant): string {
    const { file, oauth } = readOthers(this.path);
    const { accessToken, refreshToken, expiresAt, refreshEndsAt, scopes, subscriptionType } = grant;
    const claudeAiOauth = {
      ...NEW_LOGIN,
      ...oauth,
      ...{ accessToken, refreshToken, expiresAt, refreshTokenExpiresAt: refreshEndsAt ?? undefined },
      ...(scopes === null ? {} : { scopes }),
      ...(subscriptionType === null ? {} : { subscriptionType }),
    };
    return JSON.stringify({ ...file, claudeAiOauth });
  }
}

/** What Claude Code looks for in a file that was not made by itself; the service asks nobody for it. */
const NEW_LOGIN = { scopes: ['user:inference'], subscriptionType: 'pro', rateLimitTier: 'default_claude_ai' };

/** Not the time alone: a rename within its resolution must be seen. */
function stampOf(path: string): string {
  const { mtimeMs, ino, size } = statSync(path);
  return `${mtimeMs}/${ino}/${size}`;
}

/** @throws SyntaxError or ZodError for a text that is no credentials file (yet). */
function parseLogin(text: string): Login {
  const oauth = fileSchema.parse(JSON.parse(text)).claudeAiOauth;
  return {
    accessToken: oauth.accessToken,
    refreshToken: oauth.refreshToken ?? null,
    expiresAt: oauth.expiresAt,
    refreshEndsAt: oauth.refreshTokenExpiresAt ?? null,
    subscriptionType: oauth.subscriptionType ?? null,
  };
}

const object = z.looseObject({});

/** Fields that are not ours, in the file and beside the token. */
function readOthers(path: string): { file: object; oauth: object } {
  try {
    const file = object.parse(JSON.parse(readFileSync(path, 'utf8')));
    const oauth = object.safeParse(file.claudeAiOauth);
    return { file, oauth: oauth.success ? oauth.data : {} };
  } catch {
    return { file: {}, oauth: {} }; // none yet, or nothing in it can be read: there is nothing to keep
  }
}
