/**
 * Tells systemd how we are (sd_notify(3)). Node has no unix datagram socket, so a `systemd-notify` child carries the
 * words: about 9 ms of CPU, four times a minute. It waits until systemd has read them; a systemd that does not is
 * not waited for.
 */
import { spawn } from 'node:child_process';

/** Resolves when the words have been read. @throws when they were not */
export type Notify = (words: string) => Promise<void>;

const DEADLINE_MS = 5000;

export const sdNotify: Notify = (words) =>
  new Promise((resolve, reject) => {
    const limits = { timeout: DEADLINE_MS, killSignal: 'SIGKILL' } as const;
    const child = spawn('systemd-notify', [words], { stdio: 'ignore', ...limits });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`systemd-notify ended with ${signal ?? code}`));
    });
  });
