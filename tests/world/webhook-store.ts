/** The messages a webhook holds, and the order in which they and their edits arrived. */
import type { WebhookMessage } from './webhook-limits.ts';

export type Delivery = {
  /** Wall clock, milliseconds since the epoch. */
  at: number;
  kind: 'message' | 'edit';
  webhookId: string;
  messageId: string;
  /** What was sent; of an edit only what it changes. */
  payload: WebhookMessage;
};

/** Discord counts its ids from the first millisecond of 2015. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

export class WebhookStore {
  readonly deliveries: Delivery[] = [];
  #messages = new Map<string, Record<string, unknown>>();
  #count = 0;

  constructor(readonly now: () => number) {}

  /** Stores a new message and returns it as Discord shows it. */
  create(webhookId: string, payload: WebhookMessage): object {
    const id = this.#nextId();
    const message = {
      ...{ id, type: 0, channel_id: '1000', webhook_id: webhookId, content: payload.content ?? '' },
      author: { id: webhookId, username: payload.username ?? 'test world', bot: true },
      embeds: payload.embeds ?? [],
      timestamp: new Date(this.now()).toISOString(),
      edited_timestamp: null,
    };
    this.#messages.set(id, message);
    this.deliveries.push({ at: this.now(), kind: 'message', webhookId, messageId: id, payload });
    return message;
  }

  /** Null when there is no such message. */
  edit(webhookId: string, messageId: string, payload: WebhookMessage): object | null {
    const before = this.#messages.get(messageId);
    if (before?.webhook_id !== webhookId) return null;
    const message = {
      ...before,
      ...(payload.content === undefined ? {} : { content: payload.content ?? '' }),
      ...(payload.embeds === undefined ? {} : { embeds: payload.embeds ?? [] }),
      edited_timestamp: new Date(this.now()).toISOString(),
    };
    this.#messages.set(messageId, message);
    this.deliveries.push({ at: this.now(), kind: 'edit', webhookId, messageId, payload });
    return message;
  }

  /** A snowflake: milliseconds in the upper bits, a counter in the lower 22. */
  #nextId(): string {
    this.#count += 1;
    return String((BigInt(this.now() - DISCORD_EPOCH_MS) << 22n) | BigInt(this.#count));
  }
}
