/** What the proxy's caller gives and gets. */
import type { Socket } from 'node:net';
import type { EgressConfig } from '../../contracts/container-config.ts';
import type { RefusalCode } from './refusal.ts';

/** One exchange through the proxy. Holds no path, header or body: these are the agent's business. */
export type EgressRecord = {
  group: string;
  /** The turn in which it began; null when there was none. */
  turn: string | null;
  /** `CONNECT` for a tunnel, else the request's method. */
  method: string;
  host: string;
  port: number;
  /** The address that was connected to; null when none was. */
  address: string | null;
  /** `cut`: ended by a limit of ours. `unreachable`: nobody there, or no such name. */
  outcome: 'answered' | 'refused' | 'unreachable' | 'client_gone' | 'cut';
  /** Why it was refused or cut. */
  code: RefusalCode | 'idle' | 'too_long' | null;
  /** From the container, and to it. */
  bytesIn: number;
  bytesOut: number;
  durationSeconds: number;
};

/** All addresses of a name, at the moment; rejects when there are none. Keeps its own deadline. */
export type Lookup = (host: string) => Promise<string[]>;

/** What a group has sent and received today, kept by the caller across restarts. */
export type ByteCount = { today(): number; add(bytes: number): void };

export type EgressOptions = {
  group: string;
  /** The turn that the agent works on. Absent: it is not known. */
  turn?(): string | null;
  /** Asked for each connection, so that a change needs no restart. */
  config(): EgressConfig;
  lookup: Lookup;
  /** Another way to connect to an address, for tests. */
  connect?(address: string, port: number, signal: AbortSignal): Promise<Socket>;
  /** Addresses of this machine's own interfaces, which no agent reaches. */
  ownAddresses(): ReadonlySet<string>;
  bytes: ByteCount;
  onExchange(record: EgressRecord): void;
  /** Milliseconds that only rise. */
  monotonic: () => number;
};
