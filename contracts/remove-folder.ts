/**
 * Removes what a session has left, however it made it: deeper than any path may be long, or closed to its owner. The
 * system's programs go from folder to folder, where Node names each by its whole path and fails.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A session may leave hundreds of thousands of files. */
const LIMIT_MS = 120_000;

const run = (program: string, ...args: string[]) => promisify(execFile)(program, args, { timeout: LIMIT_MS });

/** One that is not there is no error. @throws when something of it is left */
export async function removeFolder(path: string): Promise<void> {
  try {
    await run('rm', '-rf', '--', path);
  } catch {
    // Only its owner can be kept out by a mode, and may change it.
    await run('chmod', '-R', 'u+rwx', '--', path);
    await run('rm', '-rf', '--', path);
  }
}
