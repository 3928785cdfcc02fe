import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { readSettings } from '../settings/settings.ts';
import { buildRouter } from './build.ts';
import type { LightResult } from './light/outcome.ts';
import type { Question } from './light/request.ts';
import { Router } from './router.ts';
import type { RoutingRecord } from './routing-record.ts';

const NEVER = new AbortController().signal;
const ANSWER: LightResult = {
  kind: 'answer',
  text: 'Hello!',
  model: 'gpt-4o-mini-2024',
  usage: { inputTokens: 50, outputTokens: 10 },
};

function build(result: LightResult | null) {
  const clock = new FakeClock();
  const written: RoutingRecord[] = [];
  const asked: Question[] = [];
  const light = {
    model: 'gpt-4o-mini',
    ask: async (question: Question) => {
      asked.push(question);
      clock.advance(1500);
      return result ?? ANSWER;
    },
    check: async () => undefined,
    health: () => ({ name: 'copilot', state: 'ok' as const, reason: 'fine', required: false }),
    stop: async () => undefined,
  };
  const router = new Router({
    light: result === null ? null : light,
    offReason: 'ROUTER_MODE=claude-only',
    assistantName: '폴',
    agentModel: 'claude',
    write: (record) => written.push(record),
    clock,
  });
  const route = (text: string) =>
    router.route(
      {
        group: 'main',
        features: {
          text,
          questions: 1,
          attachments: 0,
          origin: 'person',
          awaitsAnswer: false,
          names: ['폴'],
        },
        history: [{ role: 'user', text: 'before' }],
      },
      NEVER,
    );
  return { router, route, written, asked, clock };
}

describe('the router', () => {
  it('lets the light model answer what is light, and records it without a word of it', async () => {
    const { route, written, asked } = build(ANSWER);
    const routed = await route('안녕, 비밀이야?');
    expect(routed.answer).toBeNull();
    const light = await route('안녕');
    expect(light.answer).toBe('Hello!');
    light.close({ outcome: 'answered' });
    expect(asked).toEqual([
      { text: '안녕', history: [{ role: 'user', text: 'before' }], assistantName: '폴' },
    ]);
    expect(written).toEqual([
      {
        group: 'main',
        tier: 'light',
        model: 'gpt-4o-mini-2024',
        score: 0,
        reasons: ['social'],
        handover: null,
        latency: 1.5,
        tokens: 60,
        cost: 0,
        outcome: 'answered',
      },
    ]);
    expect(JSON.stringify(written)).not.toMatch(/안녕|Hello/);
  });

  it('does not ask the light model what needs the agent', async () => {
    const { route, written, asked, clock } = build(ANSWER);
    const routed = await route('내일 날씨 어때?');
    expect([routed.answer, asked.length]).toEqual([null, 0]);
    clock.advance(4000);
    routed.close({ outcome: 'answered', tokens: 1000, costUsd: 0.02 });
    expect(written[0]).toMatchObject({
      tier: 'agent',
      model: 'claude',
      handover: null,
      latency: 4,
      tokens: 1000,
      cost: 0.02,
    });
  });

  it('hands over with the reason, and counts the tokens of both', async () => {
    const usage = { inputTokens: 40, outputTokens: 2 };
    const { route, written } = build({ kind: 'handover', reason: 'model_asked', usage });
    const routed = await route('안녕');
    expect(routed.answer).toBeNull();
    routed.close({ outcome: 'timeout', tokens: 100 });
    routed.close({ outcome: 'answered' });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      tier: 'agent',
      handover: 'model_asked',
      tokens: 142,
      outcome: 'timeout',
    });
  });

  it('when it is off sends everything to the agent, which is healthy', async () => {
    const { router, route, written } = build(null);
    router.start();
    (await route('안녕')).close({ outcome: 'answered' });
    expect(written[0]).toMatchObject({ tier: 'agent', handover: 'off', score: 0 });
    expect(router.health()).toEqual({
      name: 'copilot',
      state: 'off',
      reason: 'ROUTER_MODE=claude-only',
      required: false,
    });
    await router.stop();
    await router.stop();
  });
});

describe('the settings', () => {
  const URL = 'http://127.0.0.1:4141';
  it.each([
    [{}, 'off', 'COPILOT_API_URL is not set'],
    [{ COPILOT_API_URL: URL }, 'ok', 'gpt-4o-mini'],
    [{ COPILOT_API_URL: URL, ROUTER_MODE: 'claude-only' }, 'off', 'claude-only'],
    [{ ROUTER_MODE: 'auto' }, 'off', 'COPILOT_API_URL is not set'],
  ])('%j: %s', async (file, state, reason) => {
    const settings = readSettings(file, {}, '/home/n');
    const router = buildRouter({ settings, write: () => undefined, clock: new FakeClock() });
    expect(router.health()).toMatchObject({
      state,
      reason: expect.stringContaining(reason),
      required: false,
    });
    await router.stop();
  });
});
