/** Plays many drills, some at a time, each in an installation or a machine that no other uses, and tells how far it is. */
import { EXIT } from '../../contracts/exit-codes.ts';
import type { Drill, Manager } from './drill.ts';
import { Machines } from './machines.ts';
import { brokenOff, type Report } from './outcome.ts';
import { runDrill } from './run.ts';
import type { Scene } from './scene.ts';

export type Task = { drill: Drill; manager: Manager };

/**
 * @param jobs how many play at once
 * @param say for progress
 * @returns the reports in the order of the tasks
 */
export async function play(
  tasks: readonly Task[],
  jobs: number,
  say: (line: string) => void,
): Promise<Report[]> {
  const stage = { open: new Set<Scene>(), machines: new Machines(say) };
  const waiting = [...tasks.entries()];
  const leave = async () => {
    waiting.length = 0;
    await closeAll(stage.open);
    stage.machines.remove();
    process.exit(EXIT.failure);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void leave());
  say('Each drill plays in an installation of its own, in a scratch folder. Yours is not touched.');
  const reports: Report[] = [];
  let done = 0;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, task] = next;
      const report = await playOne(task, stage);
      reports[index] = report;
      done += 1;
      say(`${`[${done}/${tasks.length}]`.padEnd(9)}${progressOf(report)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    stage.machines.remove();
  }
  return reports;
}

/** Nothing that was started stays behind; a scene that was just being made is closed as well. */
async function closeAll(open: Set<Scene>): Promise<void> {
  while (open.size > 0) {
    const scenes = [...open];
    open.clear();
    await Promise.allSettled(scenes.map((scene) => scene.close()));
  }
}

async function playOne(
  { drill, manager }: Task,
  { open, machines }: { open: Set<Scene>; machines: Machines },
): Promise<Report> {
  if (manager === 'child') return runDrill(drill, manager, open);
  return machines.play(drill).catch((error: Error) => brokenOff(drill, manager, error.message));
}

function progressOf({ verdict, name, manager, seconds, why }: Report): string {
  const under = manager === 'systemd' ? ' under systemd' : '';
  const reason = why === null ? '' : `: ${why.split('\n', 1)[0]}`;
  return `${verdict.padEnd(8)}${name}${under} (${seconds.toFixed(0)} s)${reason}`;
}
