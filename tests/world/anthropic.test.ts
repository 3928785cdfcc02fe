import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BrokerRecord, startBroker } from '../../broker/broker.ts';
import { type Anthropic, startAnthropic, WORLD_API_KEY, WORLD_OAUTH_TOKEN } from './anthropic.ts';
import { call, say } from './anthropic-script.ts';

let anthropic: Anthropic;
beforeEach(async () => {
  anthropic = await startAnthropic();
});
afterEach(() => anthropic.stop());

const KEY = { 'x-api-key': WORLD_API_KEY };
const OAUTH = { authorization: `Bearer ${WORLD_OAUTH_TOKEN}`, 'anthropic-beta': 'a,oauth-2025-04-20' };

function bodyOf(said: string, stream: boolean): string {
  const tools = [{ name: 'Bash' }];
  return JSON.stringify({
    model: 'm',
    max_tokens: 99,
    stream,
    tools,
    messages: [{ role: 'user', content: said }],
  });
}

function ask(said: string, { headers = KEY as Record<string, string>, stream = false } = {}) {
  return fetch(`${anthropic.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers,
    body: bodyOf(said, stream),
  });
}

async function contentOf(said: string): Promise<unknown> {
  const answer: unknown = await (await ask(said)).json();
  return Reflect.get(Object(answer), 'content');
}

describe('credentials', () => {
  it.each([
    ['a known key', KEY, 200, { kind: 'api_key', accepted: true }],
    ['a known token with its flag', OAUTH, 200, { kind: 'oauth', accepted: true }],
    [
      'a token without its flag',
      { authorization: OAUTH.authorization },
      401,
      { kind: 'oauth', accepted: false },
    ],
    ['an unknown key', { 'x-api-key': 'other' }, 401, { kind: 'api_key', accepted: false }],
    ['both at once', { ...KEY, ...OAUTH }, 401, { kind: 'both', accepted: false }],
    ['none', {}, 401, { kind: 'none', accepted: false }],
  ])('%s', async (_case, headers, status, credential) => {
    expect((await ask('hello', { headers })).status).toBe(status);
    expect(anthropic.requests[0]).toMatchObject({ credential, path: '/v1/messages?beta=true' });
  });

  it('are never kept', async () => {
    await ask('hello');
    expect(JSON.stringify([anthropic.requests, anthropic.received()])).not.toContain(WORLD_API_KEY);
  });
});

describe('the script', () => {
  it('answers from the queue in order, then from a matcher, then as the offline model without its label', async () => {
    anthropic.script.queue(call('Bash', { command: 'ls' }), say('done'));
    anthropic.script.match((asked) => (JSON.stringify(asked).includes('weather') ? say('rain') : null));
    expect(await contentOf('go')).toMatchObject([
      { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
    ]);
    expect(await contentOf('go')).toMatchObject([{ text: 'done' }]);
    expect(await contentOf('the weather?')).toMatchObject([{ text: 'rain' }]);
    expect(await contentOf('run date')).toMatchObject([{ name: 'Bash', input: { command: 'date' } }]);
    expect(await contentOf('hello')).toMatchObject([{ text: expect.stringMatching(/^I read: “hello”/) }]);
  });

  it('is not used up by side calls, nor by requests that meet an error', async () => {
    anthropic.script.queue(say('kept'));
    const probe = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'quota' }] };
    await fetch(`${anthropic.url}/v1/messages`, {
      method: 'POST',
      headers: KEY,
      body: JSON.stringify(probe),
    });
    await anthropic.misbehave({ kind: 'status', status: 529, times: 1 });
    expect((await ask('go')).status).toBe(529);
    expect(await contentOf('go')).toMatchObject([{ text: 'kept' }]);
  });
});

describe('on command it', () => {
  it.each([401, 403, 429, 500, 529])(
    'answers %i in the API’s error shape, as often as told',
    async (status) => {
      await anthropic.misbehave({ kind: 'status', status, retryAfterSeconds: 3, times: 1 });
      const answer = await ask('hello');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '3']);
      expect(await answer.json()).toMatchObject({ type: 'error' });
      expect((await ask('hello')).status).toBe(200);
    },
  );

  it('drops the connection in the middle of a stream', async () => {
    await anthropic.misbehave({ kind: 'drop', afterEvents: 2, times: 1 });
    const answer = await ask('hello', { stream: true });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('hangs in the middle of a stream', async () => {
    await anthropic.misbehave({ kind: 'hang', afterEvents: 1, times: 1 });
    const reader = (await ask('hello', { stream: true })).body?.getReader();
    expect(String(Buffer.from((await reader?.read())?.value ?? []))).toMatch(
      /^event: message_start\n[^\n]*\n\n$/,
    );
    const next = reader?.read().then(
      () => 'more',
      () => 'cut',
    );
    await anthropic.stop();
    expect(await next).toBe('cut');
  });

  it('sends garbage', async () => {
    await anthropic.misbehave({ kind: 'garbage', times: 1 });
    await expect((await ask('hello')).json()).rejects.toThrow();
  });

  it('refuses connections and comes back on the same port', async () => {
    await anthropic.misbehave({ kind: 'refuse' });
    await expect(ask('hello')).rejects.toThrow();
    await anthropic.misbehave({ kind: 'none' });
    expect((await ask('hello')).status).toBe(200);
  });

  it('knows each fault that it names as an example, and no others', async () => {
    for (const fault of anthropic.faults) await anthropic.misbehave(fault);
    await expect(anthropic.misbehave({ kind: 'explode' })).rejects.toThrow();
  });
});

describe('behind the broker', () => {
  it.each([
    ['api_key', WORLD_API_KEY],
    ['oauth', WORLD_OAUTH_TOKEN],
  ] as const)('it sees a good %s, and the record tells the tokens', async (kind, value) => {
    const folder = await mkdtemp(join(tmpdir(), 'world-'));
    const socketPath = join(folder, 'broker.sock');
    const records: BrokerRecord[] = [];
    const broker = await startBroker({
      ...{ socketPath, group: 'main', placeholder: { kind: 'api_key', value: 'placeholder' } },
      upstream: async () => ({ kind: 'http', baseUrl: anthropic.url, credential: { kind, value } }),
      onRequest: (record) => records.push(record),
    });
    const headers = { 'x-api-key': 'placeholder' };
    const sent = request({ socketPath, path: '/anthropic/v1/messages?beta=true', method: 'POST', headers });
    await new Promise((done) => {
      sent.once('response', (answer) => answer.resume().once('end', done));
      sent.end(bodyOf('hello', true));
    });
    expect(anthropic.requests[0]?.credential).toEqual({ kind, accepted: true });
    await expect.poll(() => records[0]?.tokens?.output).toBeGreaterThan(0);
    await broker.stop();
    await rm(folder, { recursive: true });
  });
});
