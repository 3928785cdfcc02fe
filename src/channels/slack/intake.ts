/**
 * Brings Slack's messages, and what becomes of them, to the orchestrator, each once it has been made readable. To be
 * called for one message of a chat at a time.
 *
 * Slack may tell of a change before it tells of the message. An edit carries the whole message, so a recent one brings
 * it along; what was deleted is remembered for a while and not stored any more.
 */
import type { ChannelHost, MessageChange, Receipt } from '../channel.ts';
import type { Identity } from './api.ts';
import type { SlackChange } from './change.ts';
import { type EditedMessage, isDirect, isEdited, msOf, type SlackMessage } from './message.ts';
import type { Names } from './names.ts';
import { mentionedUsers, mentions, namelessChats, toPlainText } from './plain.ts';
import { OVERLAP_MS } from './time.ts';

export type IntakeOptions = {
  host: ChannelHost;
  names: Names;
  identity: Identity;
  assistantName: string;
};

/** Deleted messages that are remembered. */
const MOST_DELETED = 1000;

export class Intake {
  readonly #deleted = new Set<string>();

  constructor(readonly options: IntakeOptions) {}

  /**
   * Resolves when the message is durable, also when it was so before; null when it is not to be stored.
   * @throws what the store throws
   */
  async store(message: SlackMessage): Promise<Receipt | null> {
    const { host, names } = this.options;
    const { jid, ts, thread, sender, files } = message;
    if (this.#isOurs(message) || this.#deleted.has(nameOf(message))) return null;
    const [chatName, senderName, read] = await Promise.all([
      names.chat(jid),
      message.senderName ?? names.user(sender),
      this.read(message),
    ]);
    const receipt = await host.inbound({
      ...{ jid, channel: 'slack', chatName, isGroup: !isDirect(jid), id: ts, thread },
      ...{ sender, senderName, ...read, fromBot: message.botId !== null, files, at: msOf(ts) },
    });
    // It may have been stored with the words it had before.
    if (receipt.kind === 'duplicate' && isEdited(message)) await host.changed(await this.#editOf(message));
    return receipt;
  }

  /** Resolves when the change is durable. @throws what the store throws */
  async change(change: SlackChange): Promise<void> {
    switch (change.kind) {
      case 'deleted':
        this.#remember(nameOf(change));
        return this.options.host.changed({ jid: change.jid, id: change.ts, kind: 'deleted' });
      case 'edited':
        return this.#edit(change.message);
    }
  }

  /** The words of a message as plain text, and whether they call us. */
  async read({
    jid,
    text,
  }: Pick<SlackMessage, 'jid' | 'text'>): Promise<{ text: string; mentioned: boolean }> {
    const { names, assistantName, identity } = this.options;
    const botUserId = identity.userId;
    const called = new Map<string, string>();
    await Promise.all([
      ...mentionedUsers(text, botUserId).map(async (id) => called.set(id, await names.user(id))),
      ...namelessChats(text).map(async (id) => called.set(id, await names.chat(id))),
    ]);
    const nameFor = (id: string) => called.get(id) ?? id;
    const plain = toPlainText(text, { botUserId, assistantName, user: nameFor, chat: nameFor });
    return { text: plain, mentioned: isDirect(jid) || mentions(text, botUserId) };
  }

  async #edit(message: EditedMessage): Promise<void> {
    if (this.#isOurs(message)) return;
    const writtenAt = msOf(message.ts);
    const group = this.options.host.registered().find(({ jid }) => jid === message.jid);
    // An older one that is not on record was none of ours to store, and its edit doesn't make it so.
    const isRecent =
      message.editedAt - writtenAt <= OVERLAP_MS && group !== undefined && writtenAt >= group.addedAt;
    if (isRecent) await this.store(message);
    else await this.options.host.changed(await this.#editOf(message));
  }

  async #editOf(message: EditedMessage): Promise<MessageChange> {
    const { jid, ts: id, editedAt: at } = message;
    return { jid, id, kind: 'edited', at, ...(await this.read(message)) };
  }

  #isOurs({ sender, botId }: SlackMessage): boolean {
    const { identity } = this.options;
    return sender === identity.userId || (botId !== null && botId === identity.botId);
  }

  #remember(name: string): void {
    this.#deleted.add(name);
    const [oldest] = this.#deleted;
    if (this.#deleted.size > MOST_DELETED && oldest !== undefined) this.#deleted.delete(oldest);
  }
}

/** A `ts` is unique in its chat only. */
function nameOf({ jid, ts }: { jid: string; ts: string }): string {
  return `${jid} ${ts}`;
}
