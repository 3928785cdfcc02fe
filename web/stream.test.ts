import { expect, test } from 'vitest';
import { holdStream } from './stream.ts';
import { FakeTimers, settle } from './testing.ts';

type Writer = ReadableStreamDefaultController<Uint8Array>;

function stage({ goOn = true } = {}) {
  const timers = new FakeTimers();
  const stop = new AbortController();
  const writers: Writer[] = [];
  const seen: string[] = [];
  const breaks: unknown[] = [];
  let connects = 0;
  let reachable = true;
  const held = holdStream(
    {
      timers,
      async connect(signal) {
        connects += 1;
        if (!reachable) throw new Error('refused');
        return new ReadableStream<Uint8Array>({
          start(writer) {
            writers.push(writer);
            signal.addEventListener('abort', () => failQuietly(writer, signal.reason));
          },
        });
      },
      onEvent: ({ data }) => seen.push(data),
      onBreak(error) {
        breaks.push(error);
        return goOn;
      },
    },
    stop.signal,
  );
  const send = (text: string) => writers.at(-1)?.enqueue(new TextEncoder().encode(text));
  const setReachable = (value: boolean) => {
    reachable = value;
  };
  return { timers, stop, held, writers, seen, breaks, send, setReachable, connects: () => connects };
}

function failQuietly(writer: Writer, reason: unknown): void {
  try {
    writer.error(reason);
  } catch {
    // already closed: an aborted request that had ended by itself
  }
}

test('a closed stream is opened again and goes on giving events', async () => {
  const { timers, stop, held, writers, seen, send } = stage();
  await settle();
  send('data: 1\n\n');
  await settle();
  writers[0]?.close();
  await settle();
  timers.pass(250);
  await settle();
  send('data: 2\n\n');
  await settle();
  expect(seen).toEqual(['1', '2']);
  stop.abort();
  await held;
});

test('failed attempts are repeated after 250 ms, then ever later, at most every two seconds', async () => {
  const { timers, stop, held, writers, setReachable, connects } = stage();
  await settle();
  setReachable(false);
  writers[0]?.close();
  await settle();
  for (const [index, pause] of [250, 500, 1_000, 2_000, 2_000].entries()) {
    timers.pass(pause - 1);
    await settle();
    expect(connects()).toBe(index + 1);
    timers.pass(1);
    await settle();
    expect(connects()).toBe(index + 2);
  }
  stop.abort();
  await held;
});

test('a silent stream is broken off, one with keep-alives is not', async () => {
  const { timers, stop, held, breaks, send } = stage();
  await settle();
  timers.pass(44_000);
  send(': still here\n\n');
  await settle();
  timers.pass(44_000);
  await settle();
  expect(breaks).toEqual([]);
  timers.pass(1_000);
  await settle();
  expect(breaks).toHaveLength(1);
  stop.abort();
  await held;
});

test('it ends when told that going on is useless', async () => {
  const { held, writers, connects } = stage({ goOn: false });
  await settle();
  writers[0]?.close();
  await held;
  expect(connects()).toBe(1);
});
