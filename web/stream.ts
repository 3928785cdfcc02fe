/**
 * Holds one event stream open for ever: connects, reads, and connects again after a break. A stream that stays
 * silent for too long counts as broken, because a vanished peer behind a tunnel never closes its connection.
 */
import { type SseEvent, SseParser } from './sse.ts';

/** Until the server answers the request, milliseconds. */
const CONNECT_DEADLINE_MS = 5_000;
/** Silence that makes a stream suspect, milliseconds: three of the server's 15 s keep-alives. */
const SILENCE_LIMIT_MS = 45_000;
/** Pauses between attempts, milliseconds: short, because a person is watching. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

export type Timers = {
  /** Calls back once after `ms` milliseconds unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
};

export type StreamPorts = {
  timers: Timers;
  connect(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  onEvent(event: SseEvent): void;
  /** The stream broke or could not be opened. Answers whether to go on trying. */
  onBreak(error: unknown): boolean;
};

/** Resolves when `signal` ends it or `onBreak` says so. */
export async function holdStream(ports: StreamPorts, signal: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const failure = await readOnce(ports, signal, () => {
      pause = FIRST_PAUSE_MS;
    });
    if (signal.aborted || !ports.onBreak(failure)) return;
    await rest(ports.timers, pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** One connection from its start to its end; answers why it ended. */
async function readOnce(ports: StreamPorts, signal: AbortSignal, onOpen: () => void): Promise<unknown> {
  const attempt = new AbortController();
  const abort = () => attempt.abort(signal.reason);
  signal.addEventListener('abort', abort);
  const expire = () => attempt.abort(new Error('the stream stayed silent for too long'));
  let cancel = ports.timers.after(CONNECT_DEADLINE_MS, expire);
  try {
    const reader = (await ports.connect(attempt.signal)).getReader();
    onOpen();
    const parser = new SseParser();
    const decoder = new TextDecoder();
    for (;;) {
      cancel();
      cancel = ports.timers.after(SILENCE_LIMIT_MS, expire);
      const { done, value } = await reader.read();
      if (done) return null;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) ports.onEvent(event);
    }
  } catch (error) {
    return error; // every failure leads to the same deed: tell the caller, then connect again
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    attempt.abort();
  }
}

function rest(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = timers.after(ms, finish);
    signal.addEventListener('abort', finish);
  });
}
