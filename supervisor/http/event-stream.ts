/**
 * Live status for open pages: a `status` event on every change, with every health check, and at least every ten seconds.
 *
 * Invariant: a page that does not read is dropped, never buffered for; without pages nothing is computed.
 */
import type { ServerResponse } from 'node:http';

/** Twice as long as between two health checks: while these go on, this never fires. */
const EVERY_MS = 10_000;
/** More pages than one person opens. */
const CLIENT_LIMIT = 32;
/** A page that has this much unread, bytes, is asleep; it reconnects by itself when it wakes. */
const BACKLOG_LIMIT = 1024 * 1024;

export class EventStream {
  #clients = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | null = null;

  constructor(readonly status: () => unknown) {}

  get size(): number {
    return this.#clients.size;
  }

  /** False when too many pages are open. */
  add(res: ServerResponse): boolean {
    if (this.#clients.size >= CLIENT_LIMIT) return false;
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    this.#clients.add(res);
    res.on('close', () => this.#remove(res));
    this.#timer ??= setInterval(() => this.push(), EVERY_MS);
    res.write(this.#event());
    return true;
  }

  push(): void {
    if (this.#clients.size === 0) return;
    this.#timer?.refresh();
    const event = this.#event();
    for (const client of this.#clients) {
      if (client.writableLength > BACKLOG_LIMIT) client.destroy();
      else client.write(event);
    }
  }

  stop(): void {
    for (const client of this.#clients) client.destroy();
    this.#clients.clear();
    this.#clearTimer();
  }

  #event(): string {
    return `event: status\ndata: ${JSON.stringify(this.status())}\n\n`;
  }

  #remove(res: ServerResponse): void {
    this.#clients.delete(res);
    if (this.#clients.size === 0) this.#clearTimer();
  }

  #clearTimer(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
