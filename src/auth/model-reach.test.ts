import { afterEach, describe, expect, it } from 'vitest';
import { Fixture } from '../../broker/fixture.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { type Anthropic, startAnthropic, WORLD_API_KEY } from '../../tests/world/anthropic.ts';
import { Model } from './model.ts';
import { ModelReach } from './model-reach.ts';

const MINUTE_MS = 60_000;

describe('the model’s API', () => {
  it.each([500, 503, 529, 429, 402])('is down after three answers of HTTP %i in a row', (status) => {
    const reach = new ModelReach(new FakeClock());
    reach.answered(status);
    reach.answered(status);
    expect(reach.health()).toMatchObject({ name: 'model-api', state: 'ok', required: false });
    reach.answered(status);
    expect(reach.health()).toMatchObject({ state: 'failed', signal: 'model_down' });
    expect(reach.health().reason).toContain(`3 requests in a row: it answers HTTP ${status}`);
  });

  it.each([200, 400, 401, 403, 404])('is well again with one answer of HTTP %i', (status) => {
    const reach = new ModelReach(new FakeClock());
    for (let time = 0; time < 9; time += 1) reach.failed('no answer');
    reach.answered(status);
    expect(reach.health().state).toBe('ok');
  });

  it('is not said to be down when nobody has asked it for five minutes', () => {
    const clock = new FakeClock();
    const reach = new ModelReach(clock);
    for (let time = 0; time < 3; time += 1) reach.failed('no answer');
    clock.advance(4 * MINUTE_MS);
    expect(reach.health().state).toBe('failed');
    clock.advance(MINUTE_MS);
    expect(reach.health().state).toBe('ok');
  });
});

describe('what agents ask through a broker', () => {
  const open: { anthropic: Anthropic | null; broker: Fixture | null } = { anthropic: null, broker: null };
  afterEach(async () => {
    await open.broker?.close();
    await open.anthropic?.stop();
  });

  it('tells of an API that fails, that is not there, and that answers again', async () => {
    const anthropic = await startAnthropic();
    const broker = await Fixture.create();
    Object.assign(open, { anthropic, broker });
    const key = { kind: 'api_key', value: WORLD_API_KEY } as const;
    const signIn = {
      ...{ ready: async () => key, current: () => key, answered: () => undefined },
      health: () => ({ name: 'model', state: 'ok' as const, reason: '', required: true }),
    };
    const offline = { kind: 'handler' as const, label: 'offline', handle: () => undefined };
    const model = new Model({ signIn, baseUrl: anthropic.url, offline, clock: new FakeClock() });
    broker.upstream = () => model.upstream();
    await broker.start();
    const body = '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}';
    const ask = async (times: number) => {
      for (let time = 0; time < times; time += 1) await broker.ask({ body });
      return model.reach.health();
    };
    await anthropic.misbehave({ kind: 'status', status: 529 });
    expect(await ask(3)).toMatchObject({ signal: 'model_down', reason: expect.stringContaining('HTTP 529') });
    await anthropic.misbehave({ kind: 'none' });
    expect(await ask(1)).toMatchObject({ state: 'ok' });
    await anthropic.misbehave({ kind: 'refuse' });
    expect(await ask(3)).toMatchObject({
      signal: 'model_down',
      reason: expect.stringContaining('refused the connection'),
    });
  });
});
