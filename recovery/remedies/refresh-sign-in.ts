/** Renews the subscription's sign-in in a child, for when the orchestrator that normally does it can't. */
import { remedy } from './bounded.ts';
import { runCli } from './cli-child.ts';
import { done, whyNot } from './outcome.ts';
import type { RemedyParts } from './parts.ts';
import { lastLine } from './run-child.ts';

/** One request to the sign-in server, with its own retries. */
const LIMIT_MS = 60_000;

export function refreshSignIn(parts: RemedyParts) {
  return remedy('refresh_sign_in', LIMIT_MS, async (_target, signal) => {
    const result = await runCli(parts, ['auth', 'refresh'], signal);
    if (result.kind !== 'ended' || result.code !== 0) return whyNot('nanoclaw auth refresh', result);
    return done(lastLine(result.output));
  });
}
