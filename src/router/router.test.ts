import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { homePaths } from '../../contracts/paths.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { fakeRouter, lightAnswer } from '../../tests/fakes/router.ts';
import { readSettings } from '../settings/settings.ts';
import { createStore } from '../store/store.ts';
import { buildRouter } from './build.ts';
import type { LightResult } from './light/outcome.ts';
import type { RouteOrder } from './router.ts';

const NEVER = new AbortController().signal;

function build(result: LightResult | null) {
  const clock = new FakeClock();
  const answer = async () => {
    clock.advance(1500);
    return result ?? lightAnswer('');
  };
  const { router, asked } = fakeRouter(result && answer, clock);
  const route = (text: string, more: Partial<RouteOrder> = {}) =>
    router.route(
      {
        turn: 'turn1',
        group: 'main',
        features: {
          ...{ text, questions: 1, attachments: 0, origin: 'person', names: ['폴'] },
          ...{ awaitsAnswer: false, inAgentThread: false, followsAgent: false },
        },
        isRerun: false,
        history: () => [{ role: 'user', text: 'before' }],
        persona: async () => '반말',
        onAsk: () => undefined,
        ...more,
      },
      NEVER,
    );
  return { router, route, asked, clock };
}

describe('the router', () => {
  it('lets the light model answer what is light, and records it without a word of it', async () => {
    const { route, asked } = build(lightAnswer('Hello!'));
    const routed = await route('안녕, 비밀이야?');
    expect(routed.answer).toBeNull();
    const light = await route('안녕');
    expect(light.answer).toBe('Hello!');
    const record = light.close('answered');
    expect(asked).toEqual([
      { text: '안녕', history: [{ role: 'user', text: 'before' }], assistantName: '폴', persona: '반말' },
    ]);
    expect(record).toEqual({
      turn: 'turn1',
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
    });
    expect(JSON.stringify(record)).not.toMatch(/안녕|Hello/);
  });

  it('does not ask the light model what needs the agent, nor read what was said before', async () => {
    const { route, asked, clock } = build(lightAnswer('Hello!'));
    let reads = 0;
    const history = () => {
      reads += 1;
      return [];
    };
    const routed = await route('내일 날씨 어때?', { history });
    expect([routed.answer, asked.length, reads]).toEqual([null, 0, 0]);
    clock.advance(4000);
    routed.spend({ tokens: 1000, costUsd: 0.02 });
    expect(routed.close('answered')).toMatchObject({
      ...{ tier: 'agent', model: 'claude', handover: null, latency: 4, tokens: 1000, cost: 0.02 },
    });
  });

  it('leaves a turn that was begun before to the agent', async () => {
    const { route, asked } = build(lightAnswer('Hello!'));
    const record = (await route('안녕', { isRerun: true })).close('answered');
    expect(asked).toEqual([]);
    expect(record).toMatchObject({ tier: 'agent', handover: 'rerun' });
  });

  it('hands over with the reason, and counts the tokens of both', async () => {
    const usage = { inputTokens: 40, outputTokens: 2 };
    const { route } = build({ kind: 'handover', reason: 'model_asked', usage });
    const routed = await route('안녕');
    expect(routed.answer).toBeNull();
    routed.spend({ tokens: 60, costUsd: 0 });
    routed.spend({ tokens: 40, costUsd: 0 });
    expect(routed.draft({ tokens: 8, costUsd: 0.5 })).toMatchObject({ tokens: 150, cost: 0.5 });
    expect(routed.close('timeout')).toMatchObject({
      ...{ tier: 'agent', handover: 'model_asked', tokens: 142, outcome: 'timeout' },
    });
  });

  it('when it is off sends everything to the agent, which is healthy', async () => {
    const { router, route } = build(null);
    router.start();
    const record = (await route('안녕')).close('answered');
    expect(record).toMatchObject({ tier: 'agent', handover: 'off', score: 0 });
    expect(router.health()).toEqual({
      name: 'router',
      state: 'off',
      reason: 'claude-only: ROUTER_MODE=claude-only',
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
  ])('%j: %s, and the log says so once', async (file, state, reason) => {
    const home = mkdtempSync(`${tmpdir()}/nanoclaw-router-`);
    const lines: string[] = [];
    const { router } = buildRouter({
      settings: readSettings(file, {}, home),
      paths: homePaths(home),
      metrics: { record: () => undefined },
      store: createStore(':memory:'),
      clock: new FakeClock(),
      log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    });
    router.start();
    expect(router.health()).toMatchObject({ name: 'router', state, reason: expect.stringContaining(reason) });
    expect(router.health().required).toBe(false);
    expect(lines).toEqual([expect.stringContaining(reason)]);
    await router.stop();
    rmSync(home, { recursive: true });
  });
});
