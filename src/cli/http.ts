/**
 * HTTP to our own processes over loopback or a unix socket, with node:http alone: no proxy setting of the shell
 * can lead these calls astray, and nothing heavy is loaded for a quick `status`.
 */
import http from 'node:http';
import { reasonOf, UnreachableError } from './errors.ts';

export type Target = { host: string; port: number } | { socketPath: string };

export type Ask = {
  target: Target;
  path: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  token?: string | null;
  /** Longest wait for the whole answer (for `openStream`: for its head), milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
};

export type Answer = { status: number; text: string };

/** @throws UnreachableError when nothing answers in time */
export async function request(ask: Ask): Promise<Answer> {
  const signal = within(ask.timeoutMs, ask.signal);
  try {
    const response = await send(ask, signal);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
  } catch (cause) {
    throw unreachable(cause, signal, ask.timeoutMs);
  }
}

/**
 * Opens an answer that goes on for ever (server-sent events). Only the head has a deadline; the body ends with
 * `signal` or with the server.
 * @throws UnreachableError when no head comes in time
 */
export async function openStream(ask: Ask): Promise<http.IncomingMessage> {
  const head = new AbortController();
  const timer = setTimeout(() => head.abort(new Error('timeout')), ask.timeoutMs);
  const signal = ask.signal === undefined ? head.signal : AbortSignal.any([head.signal, ask.signal]);
  try {
    return await send(ask, signal);
  } catch (cause) {
    throw unreachable(cause, signal, ask.timeoutMs);
  } finally {
    clearTimeout(timer);
  }
}

function send(ask: Ask, signal: AbortSignal): Promise<http.IncomingMessage> {
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const headers: http.OutgoingHttpHeaders = { Host: 'localhost' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (body !== undefined) headers['Content-Length'] = Buffer.byteLength(body);
  if (ask.token) headers.Authorization = `Bearer ${ask.token}`;
  const options = {
    ...ask.target,
    path: ask.path,
    method: ask.method ?? 'GET',
    headers,
    signal,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    http.request(options, resolve).on('error', reject).end(body);
  });
}

function within(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
}

function unreachable(cause: unknown, signal: AbortSignal, timeoutMs: number): UnreachableError {
  const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
  return new UnreachableError(reason, { cause });
}
