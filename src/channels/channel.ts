/** What every chat platform is to the orchestrator. Adding a platform = implementing this and a line in build.ts. */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Group } from '../store/groups.ts';
import type { InboundMessage } from '../store/journal.ts';

/** Where a reply goes: the chat and, where the platform has them, the thread that asked. */
export type Address = { jid: string; thread: string | null };

export type Outgoing = Address & {
  /** Idempotency key `<turn>.<ordinal>`, 25 characters at most. */
  key: string;
  text: string;
  /** Platform ids of the messages this answers. */
  answers: readonly string[];
  /** When it was tried first, wall-clock milliseconds, by this process or a former one; null now that it is. */
  firstTryAt: number | null;
};

export type SendOutcome =
  /** The platform has it; `receipt` is its id there. */
  | { kind: 'sent'; receipt: string }
  /** Not taken; try again after `afterMs`. */
  | { kind: 'retry'; afterMs: number; reason: string }
  /** Taken or not, nobody knows. */
  | { kind: 'unclear'; reason: string }
  /** Can never succeed: chat gone, bot removed. */
  | { kind: 'undeliverable'; reason: string };

/** Takes a message in. Resolves once it is durable: only then may the platform be told that we have it. */
export type Inbound = (message: InboundMessage) => Promise<Receipt>;
export type Receipt = { kind: 'stored'; asks: boolean } | { kind: 'duplicate' } | { kind: 'unregistered' };

/** What a channel is given at its start. */
export type ChannelHost = {
  inbound: Inbound;
  /** Registered chats whose address this channel owns. */
  registered(): readonly Group[];
  /** Platform id of the message of a chat that was stored last: where looking for missed ones begins. */
  newestId(jid: string): string | null;
};

export interface Channel {
  /** `local`, `slack`, `discord`. */
  readonly name: string;
  owns(jid: string): boolean;
  /**
   * Never rejects and never waits for the platform for long: a channel that can't connect says so in `health` and
   * goes on trying; the others are not its business.
   */
  start(host: ChannelHost): Promise<void>;
  /**
   * Sends one reply. A second call with the same key must never show it twice, also after a crash in between.
   * Never rejects: what went wrong is in the outcome.
   */
  send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome>;
  /** Shows or ends the sign that the assistant is at work. */
  setWorking(address: Address, working: boolean): void;
  health(): ComponentHealth;
  /**
   * Drops the connection, so that the channel builds a new one by its own rules. For one that says it is connected and
   * hears nothing. Absent where there is no connection.
   * @returns false when there was none to drop: a new one is on its way already, or refused until a person helps
   */
  reconnect?(): boolean;
  stop(): Promise<void>;
}
