/**
 * Hands what people did to the store. Events may come out of order, so changes are remembered for a while: one that
 * came before its message is told again after it. Telling twice is harmless.
 */
import type { InboundMessage } from '../../store/journal.ts';
import type { ChannelHost, MessageChange, Receipt } from '../channel.ts';

export type Item = MessageItem | ChangeItem;
export type MessageItem = {
  kind: 'message';
  message: InboundMessage;
  /** Of a message out of the history that was edited: what tells of it, should it be stored already. */
  edit?: MessageChange;
  /** Somebody waits for it, and it is in no history: the question of a slash command. */
  stored?: (receipt: Receipt) => void;
};
export type ChangeItem = { kind: 'change'; change: MessageChange };

/** Changes that are remembered, of all chats together. */
const CHANGES_KEPT = 100;

export class Recorder {
  readonly #changes: MessageChange[] = [];

  constructor(readonly host: Pick<ChannelHost, 'inbound' | 'changed'>) {}

  /** Calls the store in the same step, so that it sees things in the order in which they came. */
  async store(item: Item): Promise<void> {
    if (item.kind === 'change') return this.#change(item.change);
    const { message, edit } = item;
    const early = this.#changes.filter(({ jid, id }) => jid === message.jid && id === message.id);
    const stored = this.host.inbound(message);
    const [receipt] = await Promise.all([stored, ...early.map((change) => this.host.changed(change))]);
    if (receipt.kind === 'duplicate' && edit !== undefined) await this.host.changed(edit);
    item.stored?.(receipt);
  }

  async #change(change: MessageChange): Promise<void> {
    this.#changes.push(change);
    if (this.#changes.length > CHANGES_KEPT) this.#changes.shift();
    await this.host.changed(change);
  }
}

export function chatOf(item: Item): string {
  return item.kind === 'message' ? item.message.jid : item.change.jid;
}

/** Whether it can be had again from the history. */
export function isInHistory(item: Item): boolean {
  return item.kind === 'message' && item.stored === undefined;
}
