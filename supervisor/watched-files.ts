/** The two files through which people speak to a supervisor without asking it: `.env`, and the deploy window. */
import { unwatchFile, watchFile } from 'node:fs';
import type { HomePaths } from '../contracts/paths.ts';
import type { Report } from './ports/report.ts';
import type { Companion } from './ports/view.ts';
import { readDeployWindow } from './probes/deploy-window.ts';

/** Each look wakes an idle process; a person who has edited a file waits this long at most, milliseconds. */
const INTERVAL_MS = 5000;

export function watchedFiles(
  { env, deployWindow }: Pick<HomePaths, 'env' | 'deployWindow'>,
  report: (event: Report) => void,
): Companion {
  const tellWindow = () => report({ kind: 'deploy_window', until: readDeployWindow(deployWindow) });
  return {
    start() {
      watchFile(env, { interval: INTERVAL_MS }, (now, before) => {
        if (now.mtimeMs !== before.mtimeMs) report({ kind: 'env_changed' });
      });
      watchFile(deployWindow, { interval: INTERVAL_MS }, tellWindow);
      tellWindow();
    },
    stop() {
      unwatchFile(env);
      unwatchFile(deployWindow);
    },
  };
}
