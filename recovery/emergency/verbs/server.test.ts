/** The verbs' server and the bridge that a session reaches it by, on a real socket. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bridgeVerbs } from '../inside/bridge.ts';
import { type Verb, VerbServer } from './server.ts';

let folder: string;
let path: string;
let input: PassThrough;
let answers: AsyncIterator<string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-verbs-'));
  path = join(folder, 'verbs.sock');
  input = new PassThrough();
  const output = new PassThrough();
  answers = createInterface({ input: output })[Symbol.asyncIterator]();
  bridgeVerbs(path, input, output, () => undefined);
});
afterEach(async () => {
  input.end();
  await once(input, 'close');
  rmSync(folder, { recursive: true, force: true });
});

const verb = (run: Verb['run']): Verb => ({ name: 'look', description: '', input: {}, run });

async function ask(id: number, method: string, params: object = {}): Promise<unknown> {
  input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  return JSON.parse((await answers.next()).value);
}

test('verbs are listed and called, others and unknown methods refused', async () => {
  const server = new VerbServer([verb(async ({ kind }) => ({ text: `seen ${kind}`, ok: true }))]);
  await server.listen(path);
  expect(await ask(1, 'initialize', { protocolVersion: 'x' })).toMatchObject({
    result: { protocolVersion: 'x' },
  });
  expect(await ask(2, 'tools/list')).toMatchObject({ result: { tools: [{ name: 'look' }] } });
  expect(await ask(3, 'tools/call', { name: 'look', arguments: { kind: 'disk' } })).toEqual({
    ...{ jsonrpc: '2.0', id: 3 },
    result: { content: [{ type: 'text', text: 'seen disk' }], isError: false },
  });
  expect(await ask(4, 'tools/call', { name: 'restart' })).toMatchObject({ error: { code: -32602 } });
  expect(await ask(5, 'resources/list')).toMatchObject({ error: { code: -32601 } });
  await server.stop();
  await server.stop();
});

test('a call that was under way when the supervisor went is answered, and the next one reaches its successor', async () => {
  let begun: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const first = new VerbServer([
    verb(() => {
      begun();
      return new Promise(() => undefined);
    }),
  ]);
  await first.listen(path);
  const broken = ask(1, 'tools/call', { name: 'look' });
  await hasBegun;
  expect(first.isBusy).toBe(true);
  await first.stop();
  expect(await broken).toMatchObject({ id: 1, error: { message: expect.stringContaining('restarted') } });
  const second = new VerbServer([verb(async () => ({ text: 'again', ok: true }))]);
  await second.listen(path);
  expect(await ask(2, 'tools/call', { name: 'look' })).toMatchObject({ id: 2, result: { isError: false } });
  await second.stop();
});

test('calls that pile up are refused, and those that wait are carried out', async () => {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const server = new VerbServer([
    verb(async () => {
      await held;
      return { text: 'seen', ok: true };
    }),
  ]);
  await server.listen(path);
  const calls = Array.from({ length: 101 }, (_, id) => ask(id, 'tools/call', { name: 'look' }));
  expect(await calls[0]).toMatchObject({ id: 100, error: { message: 'too many calls are waiting' } });
  finish();
  expect(await calls[100]).toMatchObject({ result: { isError: false } });
  await server.stop();
});

test('a client that reads no answer is let go before they fill the memory', async () => {
  const server = new VerbServer([verb(async () => ({ text: 'x'.repeat(200_000), ok: true }))]);
  await server.listen(path);
  const deaf = connect(path).pause();
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'look' } };
  deaf.write(`${JSON.stringify(call)}\n`.repeat(50));
  await once(deaf, 'connect');
  // Carried out one after the other: when this one is answered, all before it were.
  await ask(2, 'tools/call', { name: 'look' });
  let bytes = 0;
  deaf.on('data', (part) => {
    bytes += part.length;
  });
  await once(deaf.resume(), 'close');
  expect(bytes).toBeLessThan(5_000_000);
  await server.stop();
});
