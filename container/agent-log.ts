/**
 * The file that one agent's output goes to. Bounded: an agent that prints without end fills neither disk nor
 * memory. Opened once and never through a link, because the group's folder is the agent's to write.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { resolveSource } from './mounts.ts';
import { SandboxError } from './sandbox.ts';

/** Longest log of one run: a long day of normal output is far below, a disk far above. */
export const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

export const LOG_LIMIT_NOTE = '\n[the log of this run is full; what follows is not kept]\n';

/**
 * Opens a log for appending, mode 0600.
 * @throws SandboxError when its folder or the file itself is a link, or cannot be opened.
 */
export async function openLogFile(path: string): Promise<FileHandle> {
  await resolveSource(dirname(path));
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  try {
    return await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  } catch (error) {
    throw new SandboxError('start_failed', `the agent's log ${path} cannot be opened`, { cause: error });
  }
}

export class AgentLog {
  #room: number;
  #pending: Promise<void> = Promise.resolve();
  #failed = false;
  #declareFull: () => void = () => undefined;
  /** Resolves when the limit is reached: what follows need not even be read. */
  readonly full = new Promise<void>((resolve) => {
    this.#declareFull = resolve;
  });

  private constructor(
    readonly file: FileHandle,
    room: number,
  ) {
    this.#room = room;
  }

  /** @throws SandboxError as openLogFile. */
  static async open(path: string, limitBytes = LOG_LIMIT_BYTES): Promise<AgentLog> {
    const file = await openLogFile(path);
    return new AgentLog(file, limitBytes - (await file.stat()).size);
  }

  /** Appends what fits; the first piece that does not is cut and followed by one line that says so. */
  write(chunk: Buffer): void {
    if (this.#room < 0 || this.#failed) return;
    const fits = chunk.length <= this.#room;
    const kept = fits ? chunk : Buffer.concat([chunk.subarray(0, this.#room), Buffer.from(LOG_LIMIT_NOTE)]);
    this.#room = fits ? this.#room - chunk.length : -1;
    if (!fits) this.#declareFull();
    this.#pending = this.#pending.then(() => this.#append(kept));
  }

  /** Writes what is pending and closes the file. */
  async close(): Promise<void> {
    await this.#pending;
    await this.file.close();
  }

  async #append(piece: Buffer): Promise<void> {
    if (this.#failed) return;
    try {
      await this.file.appendFile(piece);
    } catch {
      this.#failed = true; // a full disk costs the log, not the agent; the disk has its own probe
    }
  }
}
