/**
 * Opens files below a folder that an agent can write. It may put a link anywhere and swap names at any moment, so
 * every step of the way is opened by its parent's descriptor and must not be a link: what openat(2) does, by way of
 * `/proc/self/fd`, since Node.js has no openat.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';

/** The path leads out of the folder, over a link, or to something that is no plain file. */
export class PathRefusedError extends Error {
  readonly code = 'PATH_REFUSED';
}

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * @param root a folder whose own parents only the host can write
 * @param path relative to it
 * @throws PathRefusedError; what the system says when the file is missing
 */
export function openToRead(root: string, path: string): Promise<FileHandle> {
  // Without O_NONBLOCK a pipe put there would keep us waiting for ever.
  return openBeneath(root, path, constants.O_RDONLY | constants.O_NONBLOCK, false);
}

/**
 * Makes a new file; folders on the way are made as well.
 * @throws PathRefusedError; EEXIST when there is one already
 */
export function createNew(root: string, path: string): Promise<FileHandle> {
  return openBeneath(root, path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, true);
}

async function openBeneath(root: string, path: string, flags: number, makeFolders: boolean) {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  const name = steps.pop();
  if (name === undefined || [...steps, name].includes('..')) {
    throw new PathRefusedError(`"${path}" is no file in this folder`);
  }
  let folder = await open(root, FOLDER_FLAGS);
  try {
    for (const step of steps) {
      if (makeFolders) await makeFolder(`${place(folder)}/${step}`, folder);
      const next = await openStep(`${place(folder)}/${step}`, FOLDER_FLAGS, path);
      await folder.close();
      folder = next;
    }
    const file = await openStep(`${place(folder)}/${name}`, flags | constants.O_NOFOLLOW, path);
    if (!(await file.stat()).isFile()) {
      await file.close();
      throw new PathRefusedError(`"${path}" is not a plain file`);
    }
    if (makeFolders) await ownLike(file, folder);
    return file;
  } finally {
    await folder.close();
  }
}

function place(folder: FileHandle): string {
  return `/proc/self/fd/${folder.fd}`;
}

async function openStep(place: string, flags: number, path: string): Promise<FileHandle> {
  try {
    return await open(place, flags, 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'ENOTDIR') {
      throw new PathRefusedError(`"${path}" leads over a link`, { cause });
    }
    throw cause;
  }
}

/** Owned like the folder it is in, so that the agent may use it. */
async function makeFolder(path: string, parent: FileHandle): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  const made = await open(path, FOLDER_FLAGS);
  await ownLike(made, parent).finally(() => made.close());
}

/** When we are root, what we make for an agent becomes the agent's. */
async function ownLike(made: FileHandle, model: FileHandle): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await model.stat();
  await made.chown(uid, gid);
}
