/**
 * Brings a file into a chat: announce it, upload it, share it. Only the sharing is seen by anybody, so only its outcome
 * can be unclear; whatever breaks before can be done again.
 *
 * The message that Slack makes of a file carries no metadata, so the reply's key is a part of the file's name. People
 * see its title, which is the name alone.
 */
import { open } from 'node:fs/promises';
import type { OutgoingFile } from '../../store/outbox.ts';
import type { Outgoing } from '../channel.ts';
import { type Failure, failureOf, SlackCallError } from './failure.ts';
import type { FileApi } from './file-api.ts';
import { ForeignAddressError, type SlackWeb } from './web.ts';

export type Upload = Pick<Outgoing, 'jid' | 'thread' | 'key'> & { file: OutgoingFile; comment: string };

export class Uploads {
  constructor(
    readonly api: FileApi,
    readonly web: SlackWeb,
  ) {}

  /**
   * @returns the file's id
   * @throws SlackCallError: `lost` when it may be in the chat, anything else when it is not
   */
  async send({ file, jid, thread, key, comment }: Upload, signal: AbortSignal): Promise<string> {
    if (file.bytes === 0) throw refused('the file is empty');
    const { id, url } = await this.#announce(keyedName(file.name, key), file.bytes);
    await this.#put(url, file, signal);
    await this.api.share({ file: id, title: file.name, channel: jid, thread, comment });
    return id;
  }

  async #announce(name: string, bytes: number): Promise<{ id: string; url: string }> {
    try {
      return await this.api.announce(name, bytes);
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.failure.kind !== 'lost') throw error;
      throw notYet(error.failure.reason, error);
    }
  }

  async #put(url: string, file: OutgoingFile, signal: AbortSignal): Promise<void> {
    const content = await open(file.path).catch((error: NodeJS.ErrnoException) => {
      throw refused(`the file cannot be read (${error.code})`, error);
    });
    const body = content.createReadStream();
    const status = await this.web.put(url, { body, bytes: file.bytes }, signal).catch((error: unknown) => {
      body.destroy();
      if (error instanceof ForeignAddressError) throw refused(error.message, error);
      throw notYet(reasonOf(error), error);
    });
    if (status === 413) throw refused('the file is too large for Slack');
    if (status !== 200) throw notYet(`HTTP ${status}`, null);
  }
}

/** `report.pdf` under the key `t1.2`: `report-t1.2.pdf`. */
export function keyedName(name: string, key: string): string {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]*)?$/s.exec(name) ?? [];
  return `${stem}-${key}${extension}`;
}

/** Whether a message of the history brought the file that was sent under the key. */
export function bringsFile(message: unknown, key: string): boolean {
  const { bot_id, files } = message as { bot_id?: string; files?: { name?: string }[] };
  if (bot_id === undefined) return false;
  const names = (files ?? []).map(({ name }) => name ?? '');
  // The next digit belongs to another key: t1.1 is not t1.10.
  return names.some((name) =>
    name
      .split(`-${key}`)
      .slice(1)
      .some((rest) => !/^\d/.test(rest)),
  );
}

function refused(code: string, cause: unknown = null): SlackCallError {
  return new SlackCallError('upload', { kind: 'refused', code, needed: null }, cause);
}

function notYet(reason: string, cause: unknown): SlackCallError {
  return new SlackCallError('upload', { kind: 'unreachable', reason }, cause);
}

function reasonOf(error: unknown): string {
  const failure: Failure = failureOf(error);
  return 'reason' in failure ? failure.reason : failure.kind;
}
