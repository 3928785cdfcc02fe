/** The two files through which people speak to a supervisor without asking it: `.env`, and the deploy window. */
import { statSync } from 'node:fs';
import type { HomePaths } from '../contracts/paths.ts';
import { untilNextRound } from './decide/round.ts';
import type { Clock } from './ports/clock.ts';
import type { Report } from './ports/report.ts';
import type { Companion } from './ports/view.ts';
import { readDeployWindow } from './probes/deploy-window.ts';

/** A person who has edited a file waits this long at most, milliseconds. */
const INTERVAL_MS = 5000;

export function watchedFiles(
  { env, deployWindow }: Pick<HomePaths, 'env' | 'deployWindow'>,
  clock: Clock,
  report: (event: Report) => void,
): Companion {
  let cancel: () => void = () => undefined;
  let seen = { env: writtenAt(env), window: writtenAt(deployWindow) };
  const tellWindow = () => report({ kind: 'deploy_window', until: readDeployWindow(deployWindow) });
  const look = () => {
    const now = { env: writtenAt(env), window: writtenAt(deployWindow) };
    const before = seen;
    seen = now;
    if (now.env !== before.env) report({ kind: 'env_changed' });
    if (now.window !== before.window) tellWindow();
    lookLater();
  };
  const lookLater = () => {
    cancel = clock.after(untilNextRound(clock.now().mono, INTERVAL_MS), look);
  };
  return {
    start() {
      tellWindow();
      lookLater();
    },
    stop: () => cancel(),
  };
}

/** Null when it is not there, or closed to us. */
function writtenAt(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null; // the probe of the file says what is wrong with it
  }
}
