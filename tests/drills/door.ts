/** A way in that leads to a server elsewhere and can be shut. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A socket's path, or an address with its port. */
export type Place = { path: string } | { host: string; port: number };

export class Door {
  readonly #through = new Set<Socket>();
  #server: Server | null = null;

  constructor(
    readonly at: Place,
    readonly leadsTo: Place,
  ) {}

  /** May be called twice. */
  async open(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((caller) => this.#lead(caller)).listen(this.at);
    this.#server = server;
    await once(server, 'listening');
  }

  /** Who is inside is cut off, and nobody else gets in. May be called twice. */
  async shut(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#through) socket.destroy();
    await closed;
  }

  #lead(caller: Socket): void {
    const server = connect(this.leadsTo);
    for (const [from, to] of [
      [caller, server],
      [server, caller],
    ] as const) {
      this.#through.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()); // cut by us, or by either side's end
      from.on('close', () => {
        this.#through.delete(from);
        to.destroy();
      });
    }
  }
}
