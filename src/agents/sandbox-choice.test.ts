import { expect, it } from 'vitest';
import type { Sandbox, SandboxCheck } from '../../container/sandbox.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { chooseSandbox, SandboxWatch } from './sandbox-choice.ts';

it.each([
  ['auto', true, 'docker'],
  ['auto', false, 'bubblewrap'],
  ['docker', false, 'docker'],
  ['bubblewrap', true, 'bubblewrap'],
] as const)('the setting %s with an engine there (%s) means %s', (setting, isThere, kind) => {
  expect(chooseSandbox(setting, isThere)).toBe(kind);
});

const sandbox = (checks: SandboxCheck[], caveats: string[] = []): Sandbox => ({
  kind: 'docker',
  caveats,
  check: async () => checks.shift() ?? { ok: true, detail: 'Docker 20.10' },
  start: () => Promise.reject(new Error('not asked for here')),
  survivors: async () => [],
});

function watch(of: Sandbox) {
  const logged: string[] = [];
  const log = {
    info: (line: string) => logged.push(`info ${line}`),
    warn: (line: string) => logged.push(`warn ${line}`),
  };
  return { logged, watch: new SandboxWatch(of, new FakeClock(), log) };
}

it('an engine that has all it needs is well, and is logged once', async () => {
  const { logged, watch: watched } = watch(sandbox([]));
  await watched.check();
  await watched.check();
  expect(watched.health()).toMatchObject({ state: 'ok', reason: 'Docker 20.10' });
  expect(logged).toEqual(['info Sandbox: Docker 20.10']);
});

it('what an engine does not protect is said on the page and in the log', async () => {
  const { logged, watch: watched } = watch(sandbox([], ['The engine cannot limit memory.']));
  await watched.check();
  const reason = 'Docker 20.10 (not protected: The engine cannot limit memory.)';
  expect(watched.health()).toMatchObject({ state: 'degraded', reason });
  expect(logged).toEqual([`warn Sandbox: ${reason}`]);
});

it('an engine that goes away and comes back is logged both times', async () => {
  const gone: SandboxCheck = { ok: false, code: 'engine_unreachable', reason: 'no answer' };
  const { logged, watch: watched } = watch(sandbox([gone]));
  await watched.check();
  await watched.check();
  expect(logged).toEqual(['warn Sandbox: no answer', 'info Sandbox: Docker 20.10']);
});
