/** Folders on small disks of their own, which can be filled to the last byte. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { runAsRoot } from './as-root.ts';
import type { Scene } from './scene.ts';

const DISK_BYTES = 64 * 2 ** 20;
/** What can be freed: logs that are past their time. */
const OLD_LOG_BYTES = 24 * 2 ** 20;
const OLD_SECONDS = 10 * 86_400;
const PIECE = Buffer.alloc(64 * 1024, 1);

/** Before the installation is started. It takes root. */
export function mountSmallHome(scene: Pick<Scene, 'home' | 'atEnd'>, bytes = DISK_BYTES): void {
  const files = ['.env', 'policy.json'].map((name) => join(scene.home, name));
  const kept = files.map((path) => readFileSync(path));
  mountSmall(scene, scene.home, bytes);
  for (const [index, path] of files.entries()) writeFileSync(path, kept[index] ?? '', { mode: 0o600 });
}

/** What lies in the folder is out of sight until the end. It takes root. */
export function mountSmall(scene: Pick<Scene, 'atEnd'>, folder: string, bytes = DISK_BYTES): void {
  const options = `size=${bytes},mode=0755,uid=${process.getuid?.()}`;
  runAsRoot('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
  scene.atEnd(() => runAsRoot('umount', folder));
}

/** They are there to be freed. */
export function spreadOldLogs(home: string): void {
  const old = join(home, 'logs', 'nanoclaw.2020-01-01.1.log');
  mkdirSync(join(home, 'logs'), { recursive: true });
  writeFileSync(old, Buffer.alloc(OLD_LOG_BYTES, 1));
  const then = Date.now() / 1000 - OLD_SECONDS;
  utimesSync(old, then, then);
}

/** Takes what is left; may be called again. */
export function fillDisk(folder: string): void {
  const fd = openSync(ballastIn(folder), 'a');
  try {
    for (;;) writeSync(fd, PIECE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(fd);
  }
}

export const emptyDisk = (folder: string): void => rmSync(ballastIn(folder));

const ballastIn = (folder: string) => join(folder, 'ballast');
