/**
 * Brings the files that people sent into the group's folder when a turn needs them. A turn that is run again gets
 * them anew, beside what is there: the agent may have changed it, and a crash may have left it half written.
 */
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { INSIDE } from '../../container/inside.ts';
import { FileUnavailableError } from '../channels/channel.ts';
import type { InboundFile, StoredMessage } from '../store/journal.ts';
import { createNew } from './beneath.ts';
import { distinctNames, FETCH_LIMIT_MS, FILE_LIMIT, safeName } from './limits.ts';

/** A file as the agent is told of it. */
export type PromptFile = { name: string } & ({ path: string } | { unavailable: string });

/** By the row of the message they came with. */
export type PromptFiles = ReadonlyMap<number, readonly PromptFile[]>;

export type InboxOptions = {
  /** The group's folder on the host. */
  groupPath(folder: string): string;
  /** @throws FileUnavailableError */
  open(jid: string, file: InboundFile, signal: AbortSignal): Promise<Readable>;
  log: Logger;
};

/** Names tried for one message's folder: one an attempt, with room to spare. */
const NAMES = 20;

export class Inbox {
  constructor(readonly options: InboxOptions) {}

  /** Files of these messages by row; never rejects: one that can't be had says why. */
  async fetch(folder: string, jid: string, messages: readonly StoredMessage[]): Promise<PromptFiles> {
    const found = new Map<number, PromptFile[]>();
    for (const { seq, files } of messages) {
      const names = distinctNames(files.map(({ name }) => safeName(name)));
      const fetched = files.map((file, index) =>
        this.#fetchOne(folder, jid, seq, { ...file, name: names[index] ?? file.name }),
      );
      if (fetched.length > 0) found.set(seq, await Promise.all(fetched));
    }
    return found;
  }

  /** @param file under a name that is safe, and its own in the message */
  async #fetchOne(folder: string, jid: string, seq: number, file: InboundFile): Promise<PromptFile> {
    const { name } = file;
    try {
      if ((file.bytes ?? 0) > FILE_LIMIT) throw tooLarge();
      const signal = AbortSignal.timeout(FETCH_LIMIT_MS);
      const content = await this.options.open(jid, file, signal);
      const path = await this.#write(this.options.groupPath(folder), seq, name, content);
      return { name, path: `${INSIDE.group}/${path}` };
    } catch (error) {
      const reason = error instanceof FileUnavailableError ? error.message : 'it could not be fetched';
      this.options.log.warn({ jid, seq, reason, err: error }, 'a file that came with a message is not there');
      return { name, unavailable: reason };
    }
  }

  async #write(root: string, seq: number, name: string, content: Readable): Promise<string> {
    const { file, path } = await createFree(root, seq, name);
    try {
      let bytes = 0;
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > FILE_LIMIT) throw tooLarge();
        await file.write(chunk);
      }
      return path;
    } catch (error) {
      await file.truncate(0);
      throw error;
    } finally {
      content.destroy();
      await file.close();
    }
  }
}

async function createFree(
  root: string,
  seq: number,
  name: string,
): Promise<{ file: FileHandle; path: string }> {
  for (let number = 1; ; number += 1) {
    const path = `inbox/${seq}${number === 1 ? '' : `-${number}`}/${name}`;
    try {
      return { file: await createNew(root, path), path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === NAMES) throw error;
    }
  }
}

function tooLarge(): FileUnavailableError {
  return new FileUnavailableError(`it is larger than ${FILE_LIMIT / 1024 / 1024} MB`);
}
