/**
 * How long the model's sign-in holds, from Claude Code's own file. Only the date is taken from it, never a token.
 * Without a subscription nothing can expire: a prepaid key does not run out by itself.
 */
import * as z from 'zod';
import type { Probe, Sighting } from './codes.ts';

const INTERVAL_MS = 60_000;
/** It is renewed 5 minutes before its end; when 3 are left, nobody does it. */
const EXPIRING_MS = 3 * 60_000;

/** `expiresAt` in milliseconds since the epoch. */
const schema = z.object({ claudeAiOauth: z.object({ expiresAt: z.number() }) });

export type SignInParts = {
  /** Text of `~/.claude/.credentials.json`; null when there is none. */
  read(): Promise<string | null>;
  /** Wall clock, milliseconds. */
  now(): number;
};

export function signInProbe({ read, now }: SignInParts): Probe {
  return {
    name: 'sign-in',
    intervalMs: INTERVAL_MS,
    async look() {
      const text = await read();
      if (text === null) return [sighting('good', 'no subscription is signed in')];
      const expiresAt = expiryIn(text);
      return expiresAt === null ? [] : [judge(expiresAt - now())];
    },
  };
}

function judge(leftMs: number): Sighting {
  const minutes = Math.floor(Math.abs(leftMs) / 60_000);
  const detail =
    leftMs > 0
      ? `the sign-in holds for ${minutes} more minutes`
      : `the sign-in ran out ${minutes} minutes ago`;
  return sighting(leftMs < EXPIRING_MS ? 'bad' : 'good', detail);
}

function sighting(state: Sighting['state'], detail: string): Sighting {
  return { code: 'sign_in_expired', target: null, state, detail };
}

/** Null when another program is just writing it, or it is no sign-in of a subscription. */
function expiryIn(text: string): number | null {
  try {
    return schema.parse(JSON.parse(text)).claudeAiOauth.expiresAt;
  } catch {
    return null; // the next look finds it whole
  }
}
