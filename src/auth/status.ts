/** How the sign-in stands, from the files alone: no process has to run for it, and nothing is asked of anybody. */
import { loadThreads } from '../threads/state-file.ts';
import { type Choice, choose } from './choose.ts';
import { CredentialsFile } from './credentials-file.ts';
import { signInHealth } from './health.ts';
import { type Token, tokenOf } from './login.ts';
import { type AuthState, step } from './state.ts';
import { loadAuth, resume } from './state-file.ts';

export type AuthStatus = {
  inUse: Choice;
  state: AuthState['kind'];
  code: string;
  reason: string;
  /** Null without a login. */
  subscription: {
    type: string | null;
    expiresAt: number;
    secondsLeft: number;
    refreshable: boolean;
    refreshEndsAt: number | null;
  } | null;
  hasFallbackKey: boolean;
  /** Milliseconds since the epoch; null before the first renewal by the service. */
  lastRefreshAt: number | null;
  threads: { expiresAt: number | null; secondsLeft: number | null } | null;
};

export type StatusSources = {
  credentialsPath: string;
  statePath: string;
  threadsPath: string;
  hasFallbackKey: boolean;
  now: number;
};

export function readAuthStatus(sources: StatusSources): AuthStatus {
  const { credentialsPath, statePath, threadsPath, hasFallbackKey, now } = sources;
  const login = new CredentialsFile(credentialsPath).read();
  const saved = loadAuth(statePath);
  const token = login === null ? null : tokenOf(login);
  const state = step(resume(saved), { type: 'login_read', token }, now);
  const inUse = choose(state, hasFallbackKey, now);
  const { code, reason } = signInHealth({ state, choice: inUse, key: 'fine', now });
  const type = login?.subscriptionType ?? null;
  return {
    ...{ inUse, state: state.kind, code, reason, hasFallbackKey },
    subscription: token === null ? null : describe(token, type, now),
    lastRefreshAt: saved?.lastRefreshAt ?? null,
    threads: describeThreads(threadsPath, now),
  };
}

function describe({ expiresAt, refreshable, refreshEndsAt }: Token, type: string | null, now: number) {
  return { type, expiresAt, secondsLeft: secondsTo(expiresAt, now), refreshable, refreshEndsAt };
}

function describeThreads(path: string, now: number): AuthStatus['threads'] {
  const state = loadThreads(path);
  if (state === null) return null;
  const { expiresAt } = state;
  return { expiresAt, secondsLeft: expiresAt === null ? null : secondsTo(expiresAt, now) };
}

function secondsTo(moment: number, now: number): number {
  return Math.round((moment - now) / 1000);
}
