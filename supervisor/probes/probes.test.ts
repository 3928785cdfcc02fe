import { describe, expect, it } from 'vitest';
import { FakeSupervisorClock } from '../../tests/fakes/supervisor-clock.ts';
import { EngineError } from '../ports/docker-engine.ts';
import { clockProbe } from './clock-jump.ts';
import type { Probe } from './codes.ts';
import { copilotProbe } from './copilot.ts';
import { diskProbe } from './disk.ts';
import { dockerProbe } from './docker.ts';
import { envProbe } from './env-file.ts';
import { judgeMemory, type MemorySample, memoryProbe } from './memory.ts';
import { modulesProbe } from './modules.ts';
import { signInProbe } from './sign-in.ts';

const signal = new AbortController().signal;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MINUTE = 60_000;

/** `code:target=state` of each sighting, without what well ones say. */
async function bad(probe: Probe): Promise<string[]> {
  const sightings = await probe.look(signal);
  return sightings
    .filter(({ state }) => state === 'bad')
    .map(({ code, target }) => (target ? `${code}:${target}` : code));
}

describe('disk', () => {
  it.each([
    ['half a gigabyte is enough on a large disk', 600 * MIB, 100 * GIB, []],
    ['less is not', 400 * MIB, 100 * GIB, ['disk_low:home']],
    ['a small disk is judged by its share', 100 * MIB, GIB, []],
    ['and is low below it', 40 * MIB, GIB, ['disk_low:home']],
    ['almost nothing is full', 60 * MIB, 100 * GIB, ['disk_low:home', 'disk_full:home']],
    ['of a small one too', 5 * MIB, GIB, ['disk_low:home', 'disk_full:home']],
  ])('%s', async (_title, freeBytes, totalBytes, expected) => {
    const room = async () => ({ freeBytes, totalBytes });
    expect(await bad(diskProbe({ folders: async () => ({ home: '/h' }), room }))).toEqual(expected);
  });

  it('is well again only clearly above the line', async () => {
    let freeBytes = 500 * MIB;
    const room = async () => ({ freeBytes, totalBytes: 100 * GIB });
    const probe = diskProbe({ folders: async () => ({ home: '/h' }), room });
    expect(await bad(probe)).toEqual(['disk_low:home']);
    freeBytes = 520 * MIB;
    expect(await bad(probe)).toEqual(['disk_low:home']);
    freeBytes = 700 * MIB;
    expect(await bad(probe)).toEqual([]);
    freeBytes = 520 * MIB;
    expect(await bad(probe)).toEqual([]);
  });

  it('says nothing of a folder it does not know', async () => {
    const probe = diskProbe({
      folders: async () => ({ docker: null, home: '/gone' }),
      room: async () => null,
    });
    expect(await probe.look(signal)).toEqual([]);
  });
});

describe('memory', () => {
  const limit = 1000 * MIB;
  /** One sample a minute, growing from `from` to `to`. */
  const rising = (from: number, to: number, minutes: number): MemorySample[] =>
    Array.from({ length: minutes + 1 }, (_, minute) => ({
      at: minute * MINUTE,
      bytes: (from + ((to - from) * minute) / minutes) * MIB,
    }));
  it.each([
    ['small and steady', rising(150, 150, 30), false, false],
    ['growing, still small', rising(150, 300, 30), false, false],
    ['growing for a short time only', rising(500, 700, 5), false, false],
    ['growing slowly: the limit is hours away', rising(600, 620, 30), false, false],
    ['growing towards the limit', rising(400, 700, 30), false, true],
    ['at the limit', rising(950, 950, 30), true, false],
    ['nothing known', [], false, false],
  ])('%s', (_title, samples, high, growing) => {
    expect(judgeMemory(samples, limit)).toMatchObject({ high, growing });
  });

  it('one garbage collection does not hide a leak', () => {
    const samples = rising(400, 700, 30).map((sample, index) =>
      index % 7 === 0 ? { ...sample, bytes: sample.bytes - 40 * MIB } : sample,
    );
    expect(judgeMemory(samples, limit).growing).toBe(true);
  });

  it('forgets what a former process took, and what lies too long back', async () => {
    const clock = new FakeSupervisorClock();
    let pid = 1;
    let bytes = 400 * MIB;
    const probe = memoryProbe({
      pid: () => pid,
      residentBytes: async () => bytes,
      limitBytes: limit,
      now: () => clock.now().mono,
    });
    for (let minute = 0; minute < 30; minute += 1) {
      await probe.look(signal);
      bytes += 10 * MIB;
      clock.advance(MINUTE);
    }
    expect(await bad(probe)).toEqual(['memory_leak']);
    pid = 2;
    expect(await bad(probe)).toEqual([]);
  });

  it('says nothing while there is no process', async () => {
    const probe = memoryProbe({
      pid: () => null,
      residentBytes: async () => 1,
      limitBytes: limit,
      now: () => 0,
    });
    expect(await probe.look(signal)).toEqual([]);
  });
});

describe('sign-in', () => {
  const file = (expiresAt: number) =>
    JSON.stringify({ claudeAiOauth: { accessToken: 'planted-secret', expiresAt } });
  const now = 1_700_000_000_000;
  it.each([
    ['none at all', null, []],
    ['hours left', file(now + 3_600_000), []],
    ['about to be renewed', file(now + 4 * MINUTE), []],
    ['not renewed in time', file(now + 2 * MINUTE), ['sign_in_expired']],
    ['run out', file(now - MINUTE), ['sign_in_expired']],
    ['half-written', '{"claudeAiOauth":{"acc', []],
    ['of another kind', '{"apiKey":"planted-secret"}', []],
  ])('%s', async (_title, text, expected) => {
    const probe = signInProbe({ read: async () => text, now: () => now });
    expect(await bad(probe)).toEqual(expected);
    expect(JSON.stringify(await probe.look(signal))).not.toContain('planted-secret');
  });
});

describe('docker', () => {
  const away = async (): Promise<never> => {
    throw new EngineError('the Docker engine does not answer (ENOENT)');
  };
  it.each([
    ['all is well', true, async () => true, []],
    ['the image is gone', true, async () => false, ['image_missing']],
    ['the engine is away: of the image nothing is known', true, away, ['docker_down']],
    ['agents do not run in Docker', false, away, []],
  ])('%s', async (_title, usesDocker, hasImage, expected) => {
    const settings = () => ({ usesDocker, image: 'nanoclaw-agent:latest' });
    expect(await bad(dockerProbe({ engine: { hasImage }, settings }))).toEqual(expected);
  });
});

describe('copilot', () => {
  it.each([
    ['answers', 'http://localhost:4141', async () => 200, []],
    ['answers that it needs a key', 'http://localhost:4141', async () => 401, []],
    ['is broken', 'http://localhost:4141', async () => 502, ['copilot_down']],
    ['does not answer', 'http://localhost:4141', () => Promise.reject(new Error('x')), ['copilot_down']],
    ['is not used', null, () => Promise.reject(new Error('x')), []],
  ])('%s', async (_title, url, ask, expected) => {
    expect(await bad(copilotProbe({ url: () => url, ask }))).toEqual(expected);
  });
});

it('a moved clock is told once, forward or back, and drift is not', async () => {
  const clock = new FakeSupervisorClock();
  const probe = clockProbe(clock);
  const seen: unknown[] = [];
  for (const jump of [0, 500, 600_000, 0, -86_400_000, 0]) {
    clock.jump(jump);
    clock.advance(10_000);
    seen.push(...(await probe.look(signal)).map(({ state, detail }) => (state === 'good' ? 'even' : detail)));
  }
  const forward = 'the wall clock moved forward by 600 s';
  const back = 'the wall clock moved back by 86400 s';
  expect(seen).toEqual(['even', 'even', forward, 'even', back, 'even']);
});

it('what does not apply any more is good, so that nothing stays bad for ever', async () => {
  const nothing = async (): Promise<never> => {
    throw new Error('not to be asked');
  };
  const probes = [
    signInProbe({ read: async () => null, now: () => 0 }),
    dockerProbe({
      engine: { hasImage: nothing },
      settings: () => ({ usesDocker: false, image: 'x' }),
    }),
    copilotProbe({ url: () => null, ask: nothing }),
    envProbe({ read: async () => null, isKnownGoodKept: () => false }),
  ];
  const sightings = (await Promise.all(probes.map((probe) => probe.look(signal)))).flat();
  expect(sightings.map(({ code, target }) => (target ? `${code}:${target}` : code))).toEqual([
    ...['sign_in_expired', 'docker_down', 'image_missing', 'copilot_down'],
    ...['config_broken:missing', 'config_broken:open', 'config_broken:unreadable'],
  ]);
  expect(sightings.every(({ state }) => state === 'good')).toBe(true);
});

describe('.env', () => {
  const good = { mode: 0o100600, text: 'TZ=Asia/Seoul\n' };
  it.each([
    ['whole and closed', good, true, []],
    ['never there', null, false, []],
    ['lost', null, true, ['config_broken:missing']],
    ['open to others', { ...good, mode: 0o100644 }, true, ['config_broken:open']],
    [
      'half a line',
      { ...good, text: 'TZ=Asia/Seoul\nxoxb-planted-secret\n' },
      true,
      ['config_broken:unreadable'],
    ],
  ])('%s', async (_title, facts, kept, expected) => {
    const probe = envProbe({ read: async () => facts, isKnownGoodKept: () => kept });
    expect(await bad(probe)).toEqual(expected);
    expect(JSON.stringify(await probe.look(signal))).not.toContain('planted-secret');
  });
});

it.each([
  ['it is there', [], []],
  ['no node_modules', ['better-sqlite3'], ['packages_missing']],
  ['what is in the bundle is gone', ['dockerode', '@slack/bolt', 'discord.js'], []],
])('modules: %s', async (_title, gone: string[], expected) => {
  const isThere = (path: string) => !gone.some((name) => path.includes(`/${name}/`));
  expect(await bad(modulesProbe({ folder: '/i/node_modules', isThere }))).toEqual(expected);
});
