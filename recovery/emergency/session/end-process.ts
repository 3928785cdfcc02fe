/**
 * Ends a session for good: TERM to its whole group, KILL for what is left. The sandbox dies with its parent and takes
 * every process in it along, whatever they did to hide.
 */
import type { Clock } from '../../../supervisor/ports/clock.ts';
import type { DeskParts } from '../parts.ts';

export type Running = { pid: number; birth: string | null };

/** What tells the process from a later one with its pid. */
export function runningAs(processes: DeskParts['process'], pid: number): Running {
  return { pid, birth: processes.birthOf(pid) };
}

/** Claude Code writes its last lines in milliseconds. */
const GRACE_MS = 3000;
const LOOK_EVERY_MS = 50;
/** After KILL the kernel needs as long as it takes to free the memory. */
const GONE_LIMIT_MS = 5000;

type Needs = { process: DeskParts['process']; clock: Clock };

/** Whether it is gone. */
export async function endProcess(needs: Needs, running: Running): Promise<boolean> {
  signalGroup(needs, running, 'SIGTERM');
  if (await isGoneWithin(needs, running, GRACE_MS)) return true;
  signalGroup(needs, running, 'SIGKILL');
  return isGoneWithin(needs, running, GONE_LIMIT_MS);
}

/** Only this very process's group: a later one with the same pid is somebody else's. */
function signalGroup({ process: processes }: Needs, { pid, birth }: Running, signal: NodeJS.Signals): void {
  if (!processes.isAlive(pid, birth)) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended in this very moment.
  }
}

async function isGoneWithin(
  { process: processes, clock }: Needs,
  running: Running,
  ms: number,
): Promise<boolean> {
  const until = clock.now().mono + ms;
  while (processes.isAlive(running.pid, running.birth)) {
    if (clock.now().mono >= until) return false;
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
  }
  return true;
}
