import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import type {
  ContainerEngine,
  ContainerState,
  OwnContainer,
} from '../../../supervisor/ports/docker-engine.ts';
import { FakeSupervisorClock } from '../../../tests/fakes/supervisor-clock.ts';
import type { DeskParts } from '../parts.ts';
import { type Places, placesOf } from '../session/places.ts';
import { ContainerSandbox } from './container.ts';
import type { containerSpec } from './container-spec.ts';
import { keepWords } from './container-words.ts';

/** One container, and what was asked of the engine in which order. */
class FakeEngine implements ContainerEngine {
  readonly asked: string[] = [];
  spec: ReturnType<typeof containerSpec> | null = null;
  state: ContainerState | null = null;
  isAway = false;
  left: string[] = [];
  said: [Parameters<Parameters<ContainerEngine['follow']>[1]>[0], string][] = [];

  isThere = () => true;
  facts = async () => ({ version: '20.10', rootless: false, remapped: false, lacks: [] });
  hasImage = async () => true;
  ownContainer = async () => null;
  list = async () => this.left;

  async create(name: string, options: object): Promise<string> {
    this.spec = options as ReturnType<typeof containerSpec>;
    return `id of ${name}`;
  }
  async start(id: string): Promise<void> {
    this.state = { id, pid: 77, isRunning: true, exitCode: null };
  }
  async look(): Promise<ContainerState | null> {
    if (this.isAway) throw new Error('away');
    return this.state;
  }
  async stop(): Promise<void> {
    this.asked.push('stop');
  }
  async remove(id: string): Promise<void> {
    this.asked.push(`remove ${id}`);
  }
  async follow(_id: string, take: Parameters<ContainerEngine['follow']>[1]): Promise<void> {
    this.asked.push('follow');
    for (const [stream, text] of this.said) take(stream, Buffer.from(text));
    if (this.isAway) throw new Error('broke off');
  }
}

let home: string;
let places: Places;
let engine: FakeEngine;
let clock: FakeSupervisorClock;
let desk: DeskParts;
const warned: string[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-container-'));
  const paths = homePaths(home);
  places = placesOf(paths, { incident: 'inc-1', number: 1, leg: 1, sandbox: 'container' });
  for (const folder of [places.project, places.scratch, places.order, places.doors])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, 'supervisor.js'), 'the program');
  engine = new FakeEngine();
  clock = new FakeSupervisorClock();
  desk = {
    ...{ paths, engine, clock, uid: process.getuid?.() ?? 0, installation: home },
    bundle: join(home, 'supervisor.js'),
    settings: () => ({ image: 'nanoclaw-agent:latest' }),
    log: { warn: (text: string) => warned.push(text), error: (text: string) => warned.push(text) },
  } as unknown as DeskParts;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function sandbox(own: OwnContainer | null = null) {
  return new ContainerSandbox(desk, { tmux: '/nonexistent/tmux', facts: await engine.facts(), own, home });
}

test('a session is shown its own folders and the program, and nothing else of the home', async () => {
  const running = await (await sandbox()).start(places, 60);
  expect(running).toEqual({ pid: 77, birth: engine.state?.id });
  const shown = engine.spec?.HostConfig.Mounts.map(({ Source, Target }) => [Source, Target]);
  expect(shown).toEqual([
    [places.project, '/project'],
    [places.scratch, '/scratch'],
    [places.temporary, '/tmp'],
    [places.order, '/session'],
    [places.doors, '/run/doctor'],
    [places.programs, '/opt/doctor'],
  ]);
  expect(readFileSync(join(places.programs, 'inside.js'), 'utf8')).toBe('the program');
  expect(readlinkSync(join(places.programs, 'claude'))).toMatch(/^\/opt\/nanoclaw\/node_modules\//);
});

test('packages are shown where the engine finds them, and are done without elsewhere', async () => {
  mkdirSync(join(home, 'node_modules'));
  const mounted = async (mounts: OwnContainer['mounts']) => {
    await (await sandbox({ mounts, usernsMode: '' })).start(places, 60);
    return engine.spec?.HostConfig.Mounts.map(({ Source }) => Source).filter((path) =>
      path.endsWith('modules'),
    );
  };
  expect(await mounted([{ source: '/srv', destination: home }])).toEqual(['/srv/node_modules']);
  const hidden = { source: '', destination: join(home, 'node_modules') };
  expect(await mounted([{ source: '/srv', destination: home }, hidden])).toEqual([]);
});

test('a folder that lies in no volume is refused before anything is made', async () => {
  const beside = await sandbox({ mounts: [], usernsMode: '' });
  await expect(beside.start(places, 60)).rejects.toThrow('lies in no volume');
  expect(engine.spec).toBeNull();
});

test('its code is on record before it is removed; one that runs is stopped and has none', async () => {
  const beside = await sandbox();
  await beside.start(places, 60);
  await beside.end(places);
  expect(await beside.exitCode(places)).toBeNull();
  engine.state = { id: 'x', pid: 0, isRunning: false, exitCode: 7 };
  await beside.end(places);
  expect(await beside.exitCode(places)).toBe(7);
  expect(engine.asked.map((call) => call.split(' ')[0])).toEqual(['stop', 'remove', 'remove']);
});

test('it counts as alive while the engine is away, and not when it is gone', async () => {
  const beside = await sandbox();
  const running = await beside.start(places, 60);
  expect(await beside.isAlive(running)).toBe(true);
  engine.isAway = true;
  expect(await beside.isAlive(running)).toBe(true);
  engine.isAway = false;
  engine.state = null;
  expect(await beside.isAlive(running)).toBe(false);
});

test('what a former supervisor has left is removed, but not what is still to be followed', async () => {
  engine.left = ['old', 'present', 'older'];
  await (await sandbox()).clear({ pid: 0, birth: 'present' });
  expect(engine.asked).toEqual(['remove old', 'remove older']);
});

test('words that broke off with the engine are written anew when it is back', async () => {
  engine.state = { id: 'x', pid: 1, isRunning: true, exitCode: null };
  engine.isAway = true;
  engine.said = [['stdout', 'one\n']];
  const kept = keepWords(desk, { container: 'x', places, signal: new AbortController().signal });
  await new Promise(setImmediate);
  expect(readFileSync(places.transcript, 'utf8')).toBe('one\n');
  engine.isAway = false;
  engine.state = { ...engine.state, isRunning: false };
  engine.said = [
    ['stdout', 'one\n'],
    ['stderr', 'x'.repeat(2 ** 20 + 5)],
    ['stdout', 'two\n'],
  ];
  clock.advance(5000);
  await kept;
  expect(readFileSync(places.transcript, 'utf8')).toBe('one\ntwo\n');
  expect(readFileSync(places.errors, 'utf8')).toHaveLength(2 ** 20);
  expect(warned.join()).toContain('broke off');
});
