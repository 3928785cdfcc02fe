/** A subscription login, as it stands in Claude Code's credentials file, and what may be said of it aloud. */
import { createHash } from 'node:crypto';

export type Login = {
  accessToken: string;
  /** Null for a token that was made to stand alone. */
  refreshToken: string | null;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** When the chain of renewals ends and a person has to sign in again; null when nobody told. */
  refreshEndsAt: number | null;
  subscriptionType: string | null;
};

/** A login without its secrets: what decisions, state files and logs are made of. */
export type Token = {
  /** Tells one login from the next; says nothing about the secret. */
  id: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  refreshable: boolean;
  /** When no renewal will be granted any more, milliseconds since the epoch; null when nobody told. */
  refreshEndsAt: number | null;
};

export function tokenOf(login: Login): Token {
  const secret = `${login.accessToken}\n${login.refreshToken ?? ''}`;
  const id = createHash('sha256').update(secret).digest('hex').slice(0, 16);
  const { expiresAt, refreshToken, refreshEndsAt } = login;
  return { id, expiresAt, refreshable: refreshToken !== null, refreshEndsAt };
}
