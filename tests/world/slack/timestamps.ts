/**
 * Slack's message ids: seconds, a point, six digits. Unique within a chat and rising there; two chats may well use
 * the same one, which `freeze` brings about on purpose.
 */
export class SlackTimestamps {
  #last = new Map<string, number>();
  #frozen: { at: number; left: number } | null = null;

  constructor(readonly now: () => number) {}

  /** The next so many messages get one time, as far as their chats allow. */
  freeze(times: number): void {
    this.#frozen = { at: this.now() * 1000, left: times };
  }

  next(chat: string): string {
    const micros = Math.max(this.#time(), (this.#last.get(chat) ?? 0) + 1);
    this.#last.set(chat, micros);
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
  }

  #time(): number {
    if (this.#frozen === null) return Math.floor(this.now() * 1000);
    const { at } = this.#frozen;
    this.#frozen.left -= 1;
    if (this.#frozen.left <= 0) this.#frozen = null;
    return at;
  }
}

/** Microseconds, for comparing: as text, two such ids need not sort right. */
export function microsOf(ts: string): number {
  return Math.round(Number(ts) * 1e6);
}
