/**
 * The account of one exchange: counts what passes and hands over one record when the exchange is closed,
 * whichever way it ends. It only watches; nothing waits for it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createTokenReader } from './tokens.ts';
import type { BrokerRecord } from './types.ts';

const PATH_LIMIT = 200;

export type Account = {
  /** Host or label of whoever was asked. */
  upstream: string | null;
  bytesIn: number;
  /** Set when the exchange did not go as the container wanted; else the way it closed tells. */
  failure: 'refused' | 'upstream_failed' | null;
};

export type AccountOptions = {
  req: IncomingMessage;
  res: ServerResponse;
  group: string;
  turn: string | null;
  monotonic: () => number;
  onRecord(record: BrokerRecord): void;
};

export function openAccount({ req, res, group, turn, monotonic, onRecord }: AccountOptions): Account {
  const account: Account = { upstream: null, bytesIn: 0, failure: null };
  const started = monotonic();
  const method = req.method ?? '';
  const path = (req.url ?? '').split('?', 1)[0]?.slice(0, PATH_LIMIT) ?? '';
  const tokens = createTokenReader();
  let bytesOut = 0;
  watchBody(res, (chunk) => {
    bytesOut += chunk.length;
    tokens.push(chunk);
  });
  res.once('close', () => {
    onRecord({
      group,
      turn,
      method,
      path,
      status: res.headersSent ? res.statusCode : null,
      outcome: account.failure ?? (res.writableFinished ? 'answered' : 'client_gone'),
      bytesIn: account.bytesIn,
      bytesOut,
      durationSeconds: (monotonic() - started) / 1000,
      tokens: tokens.result(),
      toolCalls: tokens.toolCalls(),
      model: tokens.model(),
      upstream: account.upstream,
    });
  });
  return account;
}

type Send<Result> = (...args: unknown[]) => Result;

/** Shows each body chunk after it was handed to the socket, so that looking at it delays nothing. */
function watchBody(res: ServerResponse, seen: (chunk: Buffer) => void): void {
  const look = (chunk: unknown, encoding: unknown) => {
    if (chunk instanceof Uint8Array) seen(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    else if (typeof chunk === 'string') seen(Buffer.from(chunk, isEncoding(encoding) ? encoding : 'utf8'));
  };
  const write = res.write.bind(res) as Send<boolean>;
  const end = res.end.bind(res) as Send<ServerResponse>;
  res.write = ((...args: unknown[]) => {
    const hasRoom = write(...args);
    look(args[0], args[1]);
    return hasRoom;
  }) as typeof res.write;
  res.end = ((...args: unknown[]) => {
    const ended = end(...args);
    look(args[0], args[1]);
    return ended;
  }) as typeof res.end;
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === 'string' && Buffer.isEncoding(value);
}
