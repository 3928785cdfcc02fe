/** The backup as an upkeep job: a command of our own CLI in a process of its own, so that no message waits for it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The backup could not be made; the message is the command's own last line. */
export class BackupFailedError extends Error {
  readonly code = 'BACKUP_FAILED';
}

/**
 * Runs `nanoclaw backup`; ends it when the signal fires.
 * @param checkout where `dist/` lies
 * @returns what the command said
 */
export function backupInChild(checkout: string, home: string) {
  const program = join(checkout, 'dist', 'cli.js');
  const env = { ...process.env, NANOCLAW_HOME: home };
  return (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [program, 'backup'], { env, signal }, (cause, stdout, stderr) => {
        if (cause === null) resolve(lastLine(stdout));
        else reject(new BackupFailedError(lastLine(stderr) || cause.message, { cause }));
      });
    });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
