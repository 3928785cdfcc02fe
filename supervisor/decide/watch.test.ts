/** What a look costs, and which cause hides which symptom. */
import { expect, test } from 'vitest';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import { mayBeNetwork } from './signals.ts';
import { Timeline } from './testing.ts';

const failed = (name: string, signal: SignalCode, required = false): ComponentHealth => ({
  name,
  state: 'failed',
  reason: `${name} does not work`,
  required,
  signal,
});

const causes = (t: Timeline) => t.state.incidents.map(({ root }) => `${root.code} ${root.target}`);

test('a symptom of a known cause is looked at no oftener than anything else', () => {
  const t = new Timeline().up();
  t.remedies = null;
  t.look('docker_down', 'bad', 2);
  t.health = 'bad';
  t.components = [failed('sandbox:docker', 'sandbox_down', true)];
  t.pass(30);
  expect(t.of('check_health', t.pass(60)).length).toBeLessThanOrEqual(13);
});

test('what counts already is not written to disk again with every look', () => {
  const t = new Timeline().up();
  t.remedies = null;
  t.components = [failed('sandbox:docker', 'sandbox_down')];
  t.pass(30);
  expect(causes(t)).toEqual(['sandbox_down null']);
  expect(t.of('save_state', t.pass(60))).toEqual([]);
});

test('a platform’s trouble hides nothing of another platform', () => {
  const t = new Timeline().up();
  t.remedies = null;
  t.components = [failed('channel:slack', 'channel_down'), failed('channel:discord', 'channel_deaf')];
  t.pass(120);
  expect(causes(t).sort()).toEqual(['channel_deaf discord', 'channel_down slack']);
});

test('a platform’s trouble hides its own symptoms', () => {
  const t = new Timeline().up();
  t.look('platform_down', 'bad', 4, 'slack');
  t.components = [failed('channel:slack', 'channel_down')];
  t.pass(120);
  expect(causes(t)).toEqual(['platform_down slack']);
});

test('what has no target of its own hides the symptoms of all', () => {
  const t = new Timeline().up();
  t.look('network_down', 'bad', 3);
  t.components = [failed('channel:slack', 'channel_down'), failed('channel:discord', 'channel_down')];
  t.pass(120);
  expect(causes(t)).toEqual(['network_down null']);
});

test('channels that fail before the network is found to be gone are no incidents of their own', () => {
  const t = new Timeline().up();
  t.components = [failed('channel:slack', 'channel_down'), failed('channel:discord', 'channel_down')];
  t.pass(20);
  expect(t.state.signals.every(({ code }) => mayBeNetwork(code))).toBe(true);
  t.look('network_down', 'bad', 3);
  expect(causes(t)).toEqual(['network_down null']);
});

test.each(['channel_refused', 'channel_down', 'channel_deaf', 'platform_down'] as const)(
  '%s of one platform does not hide that nobody works on a question',
  (signal) => {
    const t = new Timeline().up();
    t.remedies = null;
    t.components = [failed('channel:slack', signal)];
    t.standstill = { folder: 'main', idleMs: 301_000, attempt: null };
    t.pass(150);
    expect(causes(t).sort()).toEqual([`${signal} slack`, 'unanswered null']);
  },
);
