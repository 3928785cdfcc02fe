/**
 * One question to the Docker engine over its unix socket, with node:http alone: the supervisor's bundle carries no Docker
 * library. Every question has a deadline of its own under the caller's signal.
 */
import { type IncomingMessage, request } from 'node:http';
import type * as z from 'zod';
import { EngineError } from './ports/docker-engine.ts';
import { within } from './probes/within.ts';

/** A healthy engine answers in milliseconds; a busy disk may take seconds. */
export const CALL_DEADLINE_MS = 5000;
/** An image's or the engine's description is some kilobytes. */
const BODY_LIMIT = 4 * 1024 * 1024;

export type EngineAnswer = { status: number; body: string };
export type EngineCall = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Sent as JSON. */
  body?: object;
  /** Milliseconds. */
  deadlineMs?: number;
  signal?: AbortSignal;
};

/** @throws EngineError when it does not answer in time */
export function askEngine(socketPath: string, call: EngineCall): Promise<EngineAnswer> {
  const { deadlineMs = CALL_DEADLINE_MS } = call;
  return within(
    deadlineMs,
    async (signal) => readBody(await send(socketPath, { ...call, signal }), signal),
    call.signal,
  );
}

/**
 * An answer that goes on until the engine ends it, or the signal fires; its head has the deadline of any other.
 * @throws EngineError
 */
export async function openStream(
  socketPath: string,
  path: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const late = new AbortController();
  const head = send(socketPath, { method: 'GET', path, signal: AbortSignal.any([signal, late.signal]) });
  const answer = await within(CALL_DEADLINE_MS, (limit) => {
    limit.addEventListener('abort', () => late.abort(), { once: true });
    return head;
  });
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  throw new EngineError(`the Docker engine answered HTTP ${answer.statusCode} for ${path}`);
}

/** @throws EngineError when the answer is no such thing */
export function parseAnswer<T>(schema: z.ZodType<T>, { status, body }: EngineAnswer): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new EngineError(`the Docker engine answered HTTP ${status} with something else`, { cause });
  }
}

function send(
  socketPath: string,
  { method, path, body, signal }: Omit<EngineCall, 'deadlineMs'>,
): Promise<IncomingMessage> {
  const text = body === undefined ? null : JSON.stringify(body);
  const headers =
    text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const options = { socketPath, method, path, headers, agent: false, ...(signal ? { signal } : {}) } as const;
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new EngineError(reasonOf(cause), { cause }));
    request(options, resolve)
      .on('error', fail)
      .end(text ?? undefined);
  });
}

async function readBody(answer: IncomingMessage, signal: AbortSignal): Promise<EngineAnswer> {
  let body = '';
  answer.setEncoding('utf8');
  try {
    for await (const part of answer) {
      body += part;
      if (body.length > BODY_LIMIT) throw new Error('the answer is too long');
    }
  } catch (cause) {
    const error = signal.aborted ? signal.reason : cause;
    throw new EngineError(reasonOf(error), { cause });
  }
  return { status: answer.statusCode ?? 0, body };
}

function reasonOf({ name, message, ...error }: NodeJS.ErrnoException): string {
  if (name === 'AbortError') return 'the Docker engine does not answer in time';
  return `the Docker engine does not answer (${error.code ?? message})`;
}
