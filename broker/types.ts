/** What the broker's caller gives and gets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EgressOptions } from './egress/types.ts';
import type { ToolCall } from './tool-calls.ts';

export type Credential = { kind: 'oauth' | 'api_key'; value: string };

/** The beginning of an upstream's answer. `retryAfterMs`: null when it did not say. */
export type AnswerHead = { status: number; retryAfterMs: number | null };

/** Where a model request goes: over HTTP with a real credential, or to a handler in this process. */
export type ModelUpstream =
  | {
      kind: 'http';
      baseUrl: string;
      credential: Credential;
      /** Called as soon as the upstream's status is known, before its answer is passed on. */
      onAnswer?(head: AnswerHead): void;
      /** Called when it gave no answer, with what the container is told. */
      onFailure?(message: string): void;
    }
  | {
      kind: 'handler';
      /** Stands in the record where the upstream's host would. */
      label: string;
      /** Takes over the exchange; bounds the body itself. Must begin to read it before it returns. */
      handle(req: IncomingMessage, res: ServerResponse): void;
    };

/** Where a Threads request goes, or why it may not. */
export type ThreadsUpstream =
  | { kind: 'http'; baseUrl: string; token: string }
  | { kind: 'refused'; reason: string };

/** Token counts as the upstream tells them; `input` holds neither cache reads nor cache writes. */
export type TokenCount = { input: number; output: number; cacheRead: number; cacheWrite: number };

/** One finished request. Never holds headers, bodies or a query string. */
export type BrokerRecord = {
  group: string;
  /** The turn in which it began; null when there was none. */
  turn: string | null;
  method: string;
  /** Cut to 200 characters: the container chooses it. */
  path: string;
  /** Null when the client left before there was one. */
  status: number | null;
  /** `refused`: by us, nothing was asked. `upstream_failed`: not reached, or it broke off. */
  outcome: 'answered' | 'refused' | 'upstream_failed' | 'client_gone';
  /** Body bytes from the container, and to it. */
  bytesIn: number;
  bytesOut: number;
  durationSeconds: number;
  /** Null when the answer told none. */
  tokens: TokenCount | null;
  /** What the answer has the agent do. */
  toolCalls: readonly ToolCall[];
  /** The model that answered, by the upstream's word; null when it told none. */
  model: string | null;
  /** Host (and port) of the upstream or the handler's label; null when none was asked. */
  upstream: string | null;
};

export type BrokerOptions = {
  socketPath: string;
  /** The group whose container this broker serves; goes into the records. */
  group: string;
  /** The turn that the agent works on. Absent: it is not known. */
  turn?(): string | null;
  /** What the container presents instead of a credential; worthless anywhere else. */
  placeholder: Credential;
  /** Asked for each request, so that switching needs no restart. Keeps its own deadline. */
  upstream(): Promise<ModelUpstream>;
  /** The same for the Threads API. Absent: this container may not use it. */
  threads?(): Promise<ThreadsUpstream>;
  /** The way to the internet for what the agent runs. Absent: there is none. */
  egress?: EgressOptions;
  /** Why the group may ask no model any more today; null while it may. Asked for each request. */
  spent?(): string | null;
  onRequest(record: BrokerRecord): void;
  /** Milliseconds that only rise, for durations. */
  monotonic?: () => number;
};
