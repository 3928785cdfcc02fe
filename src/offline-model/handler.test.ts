import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOfflineModel } from './handler.ts';

/** Timers that fire when the test says so. */
function fakeTimers() {
  const waiting: { ms: number; fire: () => void }[] = [];
  return {
    waiting,
    after(ms: number, fire: () => void) {
      const timer = { ms, fire };
      waiting.push(timer);
      return () => void waiting.splice(waiting.indexOf(timer), 1);
    },
  };
}

let timers: ReturnType<typeof fakeTimers>;
let url: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  timers = fakeTimers();
  const server = createServer(createOfflineModel({ clock: timers, newId: () => 'id1' }).handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
});
afterEach(() => stop());

const post = (path: string, body: string, signal?: AbortSignal) =>
  fetch(url + path, { method: 'POST', body, ...(signal ? { signal } : {}) });
const messages = (said: string, more = {}) =>
  JSON.stringify({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: said }], ...more });

describe('the offline model over HTTP', () => {
  it.each([
    ['HEAD', '/', 200],
    ['GET', '/', 200],
    ['HEAD', '/api/hello', 200],
    ['GET', '/v1/models', 200],
    ['GET', '/v1/messages', 404],
    ['POST', '/v1/files', 404],
    ['DELETE', '/', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await fetch(url + path, { method })).status).toBe(status);
  });

  it('streams when asked to, and answers in one piece when not', async () => {
    const streamed = await post('/v1/messages?beta=true', messages('help', { stream: true }));
    expect(streamed.headers.get('content-type')).toBe('text/event-stream');
    expect(await streamed.text()).toMatch(/^event: message_start\n[\s\S]*event: message_stop\n.*\n\n$/);
    expect(await (await post('/v1/messages', messages('help'))).json()).toMatchObject({
      id: 'msg_id1',
      model: 'm',
    });
  });

  it('estimates tokens', async () => {
    const counted = await post('/v1/messages/count_tokens', messages('x'.repeat(400)));
    expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) });
  });

  it.each([
    ['is no JSON', '{', 'The body is not valid JSON.'],
    ['has no messages', '{"model":"m","messages":[]}', 'messages: '],
  ])('refuses a body that %s, in the API’s error shape', async (_case, body, message) => {
    const refused = await post('/v1/messages', body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
    });
  });

  it('answers late when asked to be slow', async () => {
    const late = post('/v1/messages', messages('slow 7'));
    await expect.poll(() => timers.waiting.map(({ ms }) => ms)).toEqual([7000]);
    timers.waiting[0]?.fire();
    expect(JSON.stringify(await (await late).json())).toContain('I waited 7 s');
  });

  it('forgets a slow answer when the client leaves', async () => {
    const leave = new AbortController();
    const late = post('/v1/messages', messages('slow 7'), leave.signal);
    await expect.poll(() => timers.waiting.length).toBe(1);
    leave.abort();
    await expect(late).rejects.toThrow();
    await expect.poll(() => timers.waiting.length).toBe(0);
  });
});
