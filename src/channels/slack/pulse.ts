/**
 * When something was last heard on a connection: any frame, Slack's pings, its pongs to ours. A chat in which nobody
 * writes is quiet; a connection on which not even a pong comes is deaf.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../clock.ts';
import type { Client } from './client.ts';

/** Where undici, which carries Bolt's WebSocket, tells of control frames; the client library reads them there too. */
const CONTROL_FRAMES = ['undici:websocket:ping', 'undici:websocket:pong'] as const;

export class Pulse {
  #heardAt: number;

  constructor(readonly clock: Clock) {
    this.#heardAt = clock.monotonic();
  }

  beat(): void {
    this.#heardAt = this.clock.monotonic();
  }

  get silentMs(): number {
    return this.clock.monotonic() - this.#heardAt;
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
