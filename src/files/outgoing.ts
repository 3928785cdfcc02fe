/**
 * Files on their way out. What an agent sends is copied at that moment to a place it can't reach, so that what is
 * delivered, perhaps again after a crash, is what it sent.
 */
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { INSIDE } from '../../container/inside.ts';
import type { OutgoingFile } from '../store/outbox.ts';
import { openToRead, PathRefusedError } from './beneath.ts';
import { FILE_LIMIT, safeName } from './limits.ts';

/** The file can't be sent; the message says why, in words for the agent. */
export class FileRefusedError extends Error {
  readonly code = 'FILE_REFUSED';
}

export type OutgoingFiles = {
  /**
   * Copies a file of a group.
   * @param path as the agent knows it, below `/workspace/group` or relative to it
   * @throws FileRefusedError
   */
  take(groupDir: string, path: string, key: string): Promise<OutgoingFile>;
  /** The reply is settled. */
  drop(key: string): Promise<void>;
  /** Removes what belongs to no open reply. */
  sweep(openKeys: readonly string[]): Promise<void>;
};

/** @param spool a folder that only the host can write */
export function createOutgoingFiles(spool: string): OutgoingFiles {
  const drop = (key: string) => rm(join(spool, key), { recursive: true, force: true });
  return {
    async take(groupDir, path, key) {
      const name = safeName(path);
      const target = join(spool, key, name);
      await mkdir(join(spool, key), { recursive: true, mode: 0o700 });
      return { name, path: target, bytes: await copy(groupDir, relativePath(path), target) };
    },
    drop,
    async sweep(openKeys) {
      const found = await readdir(spool).catch(() => []); // nothing was ever sent
      await Promise.all(found.filter((key) => !openKeys.includes(key)).map(drop));
    },
  };
}

function relativePath(path: string): string {
  if (path.startsWith(`${INSIDE.group}/`)) return path.slice(INSIDE.group.length + 1);
  if (path.startsWith('/')) throw new FileRefusedError(`only files below ${INSIDE.group} can be sent`);
  return path;
}

/** @returns bytes copied */
async function copy(groupDir: string, path: string, target: string): Promise<number> {
  const source = await openToRead(groupDir, path).catch((cause: Error) => {
    throw new FileRefusedError(whyNot(cause, path), { cause });
  });
  try {
    const { size } = await source.stat();
    if (size > FILE_LIMIT)
      throw new FileRefusedError(`"${path}" is larger than ${FILE_LIMIT / 1024 / 1024} MB`);
    // Not all there is to read: the agent may go on writing to it.
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await source.read(buffer, 0, size, 0);
    const content = buffer.subarray(0, bytesRead);
    const file = await open(target, 'w', 0o600);
    await file
      .writeFile(content)
      .then(() => file.sync())
      .finally(() => file.close());
    return content.length;
  } finally {
    await source.close();
  }
}

function whyNot(cause: Error, path: string): string {
  if (cause instanceof PathRefusedError) return cause.message;
  return (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? `there is no file "${path}"`
    : `"${path}" cannot be read`;
}
