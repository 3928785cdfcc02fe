/**
 * Ends an orchestrator of this home that nobody looks after any more and that holds the ops port. Whoever can't be
 * proved to be one is a stranger: never touched, only named.
 */

import type { RemedyOutcome } from '../../contracts/remedy.ts';
import { remedy } from './bounded.ts';
import { orphanProof } from './orphan-proof.ts';
import { done, failed, nothingToDo } from './outcome.ts';
import type { RemedyParts } from './parts.ts';
import { holdersOf, isSameProcess, type PortHolder } from './port-holders.ts';

const LIMIT_MS = 20_000;
/** An orchestrator that is well ends its turns first; an orphan's turns are nobody's, milliseconds. */
const TERM_LIMIT_MS = 5000;
const KILL_LIMIT_MS = 5000;
const LOOK_EVERY_MS = 50;

const BY_HAND = 'End it, or set NANOCLAW_PORT in .env';

export function freePort(parts: RemedyParts) {
  return remedy('free_port', LIMIT_MS, async (_target, signal) => {
    const { opsPort } = parts.settings();
    const holders = holdersOf(opsPort);
    if (holders === null) return failed(`port ${opsPort} is held by another user's process. ${BY_HAND}`);
    if (holders.length === 0) return nothingToDo(`nobody listens on port ${opsPort}`);
    for (const one of holders) {
      const refusal = judge(one, opsPort, parts);
      if (refusal !== null) return refusal;
    }
    for (const one of holders) {
      if (!(await end(one, parts, signal))) return failed(`${name(one)} does not end, even killed`);
    }
    return done(`ended ${holders.map(name).join(', ')}, an orphan of this home that held port ${opsPort}`);
  });
}

/** Null when it is an orphan of ours. */
function judge(holder: PortHolder, port: number, parts: RemedyParts): RemedyOutcome | null {
  const current = parts.currentPid();
  if (holder.pid === current) return nothingToDo(`port ${port} is held by the present orchestrator`);
  const proof = orphanProof(holder, { home: parts.paths.home, installation: parts.installation });
  if (proof.ours) return null;
  return failed(`port ${port} is held by ${name(holder)}, which is not touched: ${proof.reason}. ${BY_HAND}`);
}

const name = ({ pid, program }: PortHolder) => `pid ${pid} (${program})`;

async function end(holder: PortHolder, { wait }: RemedyParts, signal: AbortSignal): Promise<boolean> {
  const gone = async (limitMs: number) => {
    for (let waited = 0; waited < limitMs && !signal.aborted; waited += LOOK_EVERY_MS) {
      if (!isSameProcess(holder)) return true;
      await wait(LOOK_EVERY_MS, signal);
    }
    return !isSameProcess(holder);
  };
  sendSignal(holder, 'SIGTERM');
  if (await gone(TERM_LIMIT_MS)) return true;
  sendSignal(holder, 'SIGKILL');
  return gone(KILL_LIMIT_MS);
}

function sendSignal(holder: PortHolder, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isSameProcess(holder)) return;
  try {
    process.kill(holder.pid, signal);
  } catch {
    // It went between the look and the signal, or is not ours to end; the next look tells.
  }
}
