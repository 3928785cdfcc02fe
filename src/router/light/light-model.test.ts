import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { type Copilot, startCopilot } from '../../../tests/world/copilot/copilot.ts';
import { ANSWER_LIMIT_MS, FIRST_TOKEN_LIMIT_MS } from './call.ts';
import { LightModel } from './light-model.ts';
import { FIRST_PAUSE_MS, PACE_MS, PACE_PATIENCE_MS } from './pause.ts';

const NEVER = new AbortController().signal;
const QUESTION = { text: 'hi', history: [], assistantName: 'Paul', persona: '' };

let copilot: Copilot;
let clock: FakeClock;
let light: LightModel;
const modelAt = (baseUrl: string, model = 'gpt-4o-mini') =>
  new LightModel({ baseUrl, apiKey: 'dummy', model, clock });
const ask = (signal = NEVER) => light.ask(QUESTION, signal);

beforeEach(async () => {
  copilot = await startCopilot();
  clock = new FakeClock();
  light = modelAt(copilot.url);
});
afterEach(async () => {
  await light.stop();
  await copilot.stop();
});

/** The next question falls neither into the pace nor into a pause. */
const letTimePass = () => clock.advance(60 * 60_000);

describe('an answer', () => {
  it('comes whole, with its model and tokens', async () => {
    copilot.queue('안녕하세요! 무엇을 도와드릴까요?');
    expect(await ask()).toEqual({
      kind: 'answer',
      text: '안녕하세요! 무엇을 도와드릴까요?',
      model: 'gpt-4o-mini',
      usage: { inputTokens: 50, outputTokens: 10 },
    });
    expect(light.health()).toMatchObject({ name: 'router', state: 'ok', required: false });
  });

  it('is asked for with orders first, then the history within bounds, then the question', async () => {
    const history = Array.from({ length: 40 }, (_, index) => ({ role: 'user' as const, text: `m${index}` }));
    await light.ask({ ...QUESTION, history }, NEVER);
    const asked = copilot.requests[0]?.messages ?? [];
    expect(asked[0]).toMatchObject({ role: 'system', content: expect.stringContaining('<handover/>') });
    expect(asked.slice(1).map(({ content }) => content)).toEqual([
      ...history.slice(-12).map(({ text }) => text),
      'hi',
    ]);
  });

  it('is found below an address that ends in a slash or in /v1', async () => {
    for (const ending of ['/', '/v1', '/v1/']) {
      light = modelAt(copilot.url + ending);
      expect(await ask()).toMatchObject({ kind: 'answer' });
    }
  });
});

describe('the light model hands over by itself', () => {
  it.each([
    '<handover/>',
    '  <handover />',
    '<HANDOVER/> I would need the web for this.',
    'Let me see. <handover/>',
    '</handover>',
    '<handover>',
  ])('with %j, in pieces of five characters', async (text) => {
    copilot.queue(text);
    expect(await ask()).toMatchObject({ kind: 'handover', reason: 'model_asked' });
    letTimePass();
    expect(await ask()).toMatchObject({ kind: 'answer' });
  });

  it('without anybody waiting for the rest of the stream', async () => {
    copilot.queue('<handover/> and so on');
    await copilot.misbehave({ kind: 'slow', eventsMs: 1, times: 1 });
    expect(await ask()).toMatchObject({ reason: 'model_asked' });
  });
});

describe('a failure is a hand-over with its reason', () => {
  it.each([
    [{ kind: 'refuse' }, 'no_network'],
    [{ kind: 'status', status: 400 }, 'refused'],
    [{ kind: 'status', status: 401 }, 'unauthorized'],
    [{ kind: 'status', status: 403 }, 'unauthorized'],
    [{ kind: 'status', status: 429 }, 'rate_limited'],
    [{ kind: 'status', status: 500 }, 'server_error'],
    [{ kind: 'status', status: 503 }, 'server_error'],
    [{ kind: 'garbage' }, 'malformed'],
    [{ kind: 'empty' }, 'empty'],
    [{ kind: 'length' }, 'truncated'],
    [{ kind: 'cut', afterEvents: 3 }, 'truncated'],
    [{ kind: 'drop', afterEvents: 3 }, 'truncated'],
  ])('%j: %s', async (fault, reason) => {
    await copilot.misbehave(fault);
    expect(await ask()).toMatchObject({ kind: 'handover', reason });
    expect(light.health().state).toBe('degraded');
    await copilot.misbehave({ kind: 'none' });
    letTimePass();
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(light.health().state).toBe('ok');
  });

  it('a model that the proxy does not know', async () => {
    light = modelAt(copilot.url, 'gpt-nonsense');
    expect(await ask()).toMatchObject({ reason: 'refused' });
    expect(light.health().reason).toContain('COPILOT_MODEL');
  });

  it.each([
    ['no first word in time', 0, FIRST_TOKEN_LIMIT_MS, 'first_token_timeout'],
    ['no end in time', 3, ANSWER_LIMIT_MS, 'timeout'],
  ])('%s', async (_case, afterEvents, limit, reason) => {
    await copilot.misbehave({ kind: 'hang', afterEvents, times: 1 });
    const asking = ask();
    await expect.poll(() => copilot.requests.length).toBe(1);
    await settle();
    clock.advance(FIRST_TOKEN_LIMIT_MS - 1);
    await settle();
    clock.advance(limit - FIRST_TOKEN_LIMIT_MS + 1);
    expect(await asking).toMatchObject({ kind: 'handover', reason });
  });

  it('the caller gives up, or the service stops', async () => {
    await copilot.misbehave({ kind: 'hang', afterEvents: 0, times: 2 });
    const giveUp = new AbortController();
    const given = ask(giveUp.signal);
    await expect.poll(() => copilot.requests.length).toBe(1);
    giveUp.abort();
    expect(await given).toMatchObject({ reason: 'stopped' });
    letTimePass();
    const running = ask();
    await expect.poll(() => copilot.requests.length).toBe(2);
    await light.stop();
    expect(await running).toMatchObject({ reason: 'stopped' });
    expect(await ask()).toMatchObject({ reason: 'stopped' });
  });
});

describe('after a failure', () => {
  it('nobody is asked until the pause is over, and each further one doubles it', async () => {
    await copilot.misbehave({ kind: 'status', status: 500 });
    for (const pause of [FIRST_PAUSE_MS, 2 * FIRST_PAUSE_MS, 4 * FIRST_PAUSE_MS]) {
      expect(await ask()).toMatchObject({ reason: 'server_error' });
      clock.advance(pause - 1);
      expect(await ask()).toMatchObject({ reason: 'paused' });
      clock.advance(1);
    }
    expect(copilot.requests).toHaveLength(3);
  });

  it('Retry-After is honoured', async () => {
    await copilot.misbehave({ kind: 'status', status: 429, retryAfterSeconds: 120, times: 1 });
    await ask();
    clock.advance(119_999);
    expect(await ask()).toMatchObject({ reason: 'paused' });
    clock.advance(1);
    expect(await ask()).toMatchObject({ kind: 'answer' });
  });
});

describe('the pace of the proxy', () => {
  it('a proxy that hangs keeps one person waiting, not everybody', async () => {
    await copilot.misbehave({ kind: 'hang', afterEvents: 3 });
    const first = ask();
    await expect.poll(() => copilot.requests.length).toBe(1);
    clock.advance(PACE_MS);
    expect(await ask()).toMatchObject({ reason: 'pace' });
    clock.advance(ANSWER_LIMIT_MS);
    expect(await first).toMatchObject({ kind: 'handover' });
    expect(await ask()).toMatchObject({ reason: 'paused' });
    expect(copilot.requests).toHaveLength(1);
  });

  it('a question that would have to wait too long for it goes to the agent at once', async () => {
    await ask();
    clock.advance(PACE_MS - PACE_PATIENCE_MS - 1);
    expect(await ask()).toMatchObject({ reason: 'pace' });
    clock.advance(1);
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(light.health().state).toBe('ok');
  });

  it('a short wait is added to the limits', async () => {
    await ask();
    clock.advance(PACE_MS - PACE_PATIENCE_MS);
    await copilot.misbehave({ kind: 'hang', afterEvents: 0, times: 1 });
    let over = false;
    const asking = ask().finally(() => {
      over = true;
    });
    await expect.poll(() => copilot.requests.length).toBe(2);
    clock.advance(FIRST_TOKEN_LIMIT_MS + PACE_PATIENCE_MS - 1);
    await settle();
    expect(over).toBe(false);
    clock.advance(1);
    expect(await asking).toMatchObject({ reason: 'first_token_timeout' });
  });
});

describe('the regular check', () => {
  it('sees the proxy gone and come back without any question', async () => {
    await copilot.misbehave({ kind: 'refuse' });
    await light.check();
    expect(light.health()).toMatchObject({
      ...{ state: 'degraded', signal: 'copilot_down', required: false },
      reason: expect.stringContaining('restart'),
    });
    expect(await ask()).toMatchObject({ reason: 'paused' });
    await copilot.misbehave({ kind: 'none' });
    clock.advance(10_000);
    await expect.poll(() => light.health().state).toBe('ok');
  });
});

describe('its health', () => {
  it('is no reason to restart the proxy while that answers, and tells when it is asked again', async () => {
    await copilot.misbehave({ kind: 'status', status: 500, times: 1 });
    await ask();
    expect(light.health()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('in 30 s') });
    expect(light.health().signal).toBeUndefined();
    clock.advance(FIRST_PAUSE_MS);
    expect(light.health().reason).toContain('the next light question tries again');
  });
});

describe('a stream', () => {
  let server: Server;
  afterEach(() => void server.close());
  const serve = (body: Buffer[]): Promise<string> =>
    new Promise((done) => {
      server = createServer((_req, res) => {
        res.writeHead(200);
        for (const part of body) res.write(part);
        res.end();
      });
      server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
  const event = (content: string, finish: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: finish }] })}\r\n\r\n`;

  it('may tear characters apart, use CRLF and comments, and end without [DONE] after its finish', async () => {
    const bytes = Buffer.from(`: ping\r\n\r\n${event('한글 👍')}${event('', 'stop')}`);
    light = modelAt(await serve([...bytes].map((byte) => Buffer.from([byte]))));
    expect(await ask()).toMatchObject({ kind: 'answer', text: '한글 👍', usage: null });
  });

  it.each([
    ['an error in the middle', `${event('so ')}data: {"error":{"message":"x"}}\n\n`, 'server_error'],
    ['half an event', `data: {"choices":[{"delta"\n\n`, 'malformed'],
    ['the content filter', event('x', 'content_filter'), 'filtered'],
    ['a wish for tools', event('', 'tool_calls'), 'model_asked'],
    ['an endless answer', event('x'.repeat(5000)), 'too_long'],
    ['nothing but notes to itself', event('<internal>hm</internal>', 'stop'), 'empty'],
  ])('with %s is handed over', async (_case, body, reason) => {
    light = modelAt(await serve([Buffer.from(body)]));
    expect(await ask()).toMatchObject({ kind: 'handover', reason });
  });
});
