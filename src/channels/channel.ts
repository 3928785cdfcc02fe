/** What every chat platform is to the orchestrator. Adding a platform = implementing this and a line in build.ts. */
import type { Readable } from 'node:stream';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { CommandName } from '../commands/parse.ts';
import type { Group } from '../store/groups.ts';
import type { InboundFile, InboundMessage } from '../store/journal.ts';
import type { OutgoingFile } from '../store/outbox.ts';
import type { Question } from '../store/questions.ts';

/** Where a reply goes: the chat and, where the platform has them, the thread that asked. */
export type Address = { jid: string; thread: string | null };

export type Outgoing = Address & {
  /** Idempotency key `<turn>.<ordinal>`, 25 characters at most. */
  key: string;
  /** Markdown; may be empty when there is a file. */
  text: string;
  /** A file to send with the text. */
  file: OutgoingFile | null;
  /** Platform ids of the questions this answers, oldest first. */
  answers: readonly string[];
  /** When it was tried first, wall-clock milliseconds, by this process or a former one; null now that it is. */
  firstTryAt: number | null;
  /** Receipt of the reply that was delivered before it in its chat; null when unknown, and while it was never tried. */
  previous: string | null;
};

export type SendOutcome =
  /** The platform has it; `receipt` is its id there. */
  | { kind: 'sent'; receipt: string }
  /** Not taken; try again after `afterMs`. */
  | { kind: 'retry'; afterMs: number; reason: string }
  /** Taken or not, nobody knows. */
  | { kind: 'unclear'; reason: string }
  /**
   * Can never succeed. `chat: 'gone'` = nothing can be said there any more (chat deleted, bot removed);
   * `reachable` = only this message is refused (too long, file too large), so the chat can be told.
   */
  | { kind: 'undeliverable'; reason: string; chat: 'gone' | 'reachable' };

/** Takes a message in. Resolves once it is durable: only then may the platform be told that we have it. */
export type Inbound = (message: InboundMessage) => Promise<Receipt>;
export type Receipt =
  /** `asks`: a turn will answer it. `isCommand`: it is answered already. */
  | { kind: 'stored'; asks: boolean; isCommand: boolean }
  | { kind: 'duplicate' }
  | { kind: 'unregistered' }
  /** Written by another bot, which this chat does not listen to. */
  | { kind: 'ignored' };

/** What people did to a message they had written. */
export type MessageChange = { jid: string; id: string } & (
  | {
      kind: 'edited';
      /** The new text, read the way `InboundMessage.text` is. */
      text: string;
      mentioned: boolean;
      /** Wall clock of the edit by the platform, milliseconds: tells a repeated event from a further edit. */
      at: number;
    }
  | { kind: 'deleted' }
);

/** A slash command. Its words are the platform's; what it means is not. */
export type Invocation = { jid: string; channel: string; sender: string; name: CommandName };

/** A chat of the platform that we are in, registered or not. */
export type AvailableChat = { jid: string; name: string; isGroup: boolean };

/** What a channel is given at its start. */
export type ChannelHost = {
  inbound: Inbound;
  /** Takes an edit or a deletion in; resolves once it is durable. Unknown messages and chats are ignored. */
  changed(change: MessageChange): Promise<void>;
  /** Carries a command out and returns what to tell the person who gave it. */
  command(invocation: Invocation): Promise<string>;
  /** Registered chats whose address this channel owns. */
  registered(): readonly Group[];
  /** Platform id of the message of a chat that was stored last: where looking for missed ones begins. */
  newestId(jid: string): string | null;
  /** Threads of a chat in which something was stored since then (wall clock, milliseconds), the liveliest first. */
  activeThreads(jid: string, sinceMs: number): readonly string[];
  /** Questions of a chat that no turn has answered yet, oldest first; their ids are those of `InboundMessage`. */
  unanswered(jid: string): readonly Question[];
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
  /**
   * Shows or ends the sign that the assistant is at work.
   * @param question platform id of what it works on; null when that is no message
   */
  setWorking(address: Address, working: boolean, question: string | null): void;
  /**
   * Opens a file that came with a message.
   * @throws FileUnavailableError with a reason for people: gone, no permission, too large
   */
  openFile(file: InboundFile, signal: AbortSignal): Promise<Readable>;
  /** Chats we are in. Resolves to an empty list when the platform does not say. */
  available(signal: AbortSignal): Promise<AvailableChat[]>;
  health(): ComponentHealth;
  /**
   * Drops the connection, so that the channel builds a new one by its own rules. For one that says it is connected and
   * hears nothing. Absent where there is no connection.
   * @returns false when there was none to drop: a new one is on its way already, or refused until a person helps
   */
  reconnect?(): boolean;
  stop(): Promise<void>;
}

/** A file that somebody sent can't be had; the message is a reason for people. */
export class FileUnavailableError extends Error {
  readonly code = 'FILE_UNAVAILABLE';
}
