/**
 * When something was last heard on a connection: any frame, Slack's pings, its pongs to ours. A chat in which nobody
 * writes is quiet; a connection on which not even a pong comes is deaf. One that takes the place of a deaf one counts as
 * deaf too until it has been heard for a while: every connection begins with a hello.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../clock.ts';
import type { Client } from './client.ts';

/** Several pongs come in so many of the times after which silence is unusual. */
const PROOFS = 2;

/** Where undici, which carries Bolt's WebSocket, tells of control frames; the client library reads them there too. */
const CONTROL_FRAMES = ['undici:websocket:ping', 'undici:websocket:pong'] as const;

export class Pulse {
  #heardAt: number;
  /** Null while there is no connection. */
  #connectedAt: number | null = null;
  /** Since when connections have been deaf, one after the other; null while the present one has nothing to prove. */
  #deafSince: number | null = null;

  /** @param deafAfterMs nothing is heard for so long on no connection that is well */
  constructor(
    readonly clock: Clock,
    readonly deafAfterMs: number,
  ) {
    this.#heardAt = clock.monotonic();
  }

  connected(): void {
    this.beat();
    this.#connectedAt = this.#heardAt;
  }

  /** The connection is over. */
  ended(): void {
    if (this.#isProven) this.#deafSince = null;
    if (this.#isSilent) this.#deafSince ??= this.#heardAt;
    this.#connectedAt = null;
  }

  /** For how long nothing was heard on any connection; null while that is nothing unusual. */
  get deafMs(): number | null {
    const since = this.#isProven ? null : this.#deafSince;
    if (since !== null) return this.clock.monotonic() - since;
    return this.#isSilent ? this.silentMs : null;
  }

  beat(): void {
    this.#heardAt = this.clock.monotonic();
  }

  get silentMs(): number {
    return this.clock.monotonic() - this.#heardAt;
  }

  get #isSilent(): boolean {
    return this.#connectedAt !== null && this.silentMs > this.deafAfterMs;
  }

  get #isProven(): boolean {
    return this.#connectedAt !== null && this.#heardAt - this.#connectedAt >= PROOFS * this.deafAfterMs;
  }

  /** Calls back once, as soon as nothing was heard for `limitMs`; the returned function takes that back. */
  whenSilent(limitMs: number, callback: () => void): () => void {
    let cancel: () => void = () => undefined;
    const look = () => {
      const leftMs = limitMs - this.silentMs;
      if (leftMs <= 0) callback();
      else cancel = this.clock.after(leftMs, look);
    };
    look();
    return () => cancel();
  }
}

/** Lets a pulse beat with whatever comes on a client's connection; the returned function ends that. */
export function feel(client: Client, pulse: Pulse): () => void {
  let address: string | null = null;
  client.on('authenticated', ({ url }: { url: string }) => {
    address = new URL(url).href;
  });
  client.on('ws_message', () => pulse.beat());
  // These channels tell of every WebSocket of the process.
  const heard = (frame: unknown) => {
    const { websocket } = frame as { websocket?: { url?: string } };
    if (websocket?.url !== undefined && websocket.url === address) pulse.beat();
  };
  for (const name of CONTROL_FRAMES) subscribe(name, heard);
  return () => {
    for (const name of CONTROL_FRAMES) unsubscribe(name, heard);
  };
}
