/** One trial on a real folder, with a service that is moved by hand and a fake clock. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import { FakeSupervisorClock } from '../../../tests/fakes/supervisor-clock.ts';
import { placesOf } from '../session/places.ts';
import { freshSession, type SessionState } from '../session/state.ts';
import { copyProject } from './copy-project.ts';
import type { Proof } from './service.ts';
import { type TrialParts, tryFix, undoTrial } from './try-fix.ts';

const signal = new AbortController().signal;
let home: string;
let state: SessionState;
let asked: string[];
let saves: Partial<SessionState>[];
let room: boolean;
let isWell: boolean;
let proofs: Proof[];

const service = (): TrialParts['service'] => ({
  isWell: async () => isWell,
  runs: () => true,
  makeRoom: async (reason) => {
    asked.push(`stop: ${reason}`);
    return room;
  },
  start: (reason) => void asked.push(`start: ${reason}`),
  settle: () => void asked.push('settled'),
  proveFix: async () => proofs.shift() ?? { ok: false, detail: 'no' },
});

function parts() {
  const paths = homePaths(home);
  return {
    desk: { paths, installation: home, limits: { tries: 2 } },
    places: placesOf(paths, { incident: 'inc-1', number: 1, leg: 1, sandbox: 'bubblewrap' }),
    service: service(),
    state: () => state,
    save(change: Partial<SessionState>) {
      saves.push(change);
      state = { ...state, ...change };
    },
  };
}

const live = () => readFileSync(join(home, 'dist/index.js'), 'utf8');
const edit = (text: string) => writeFileSync(join(parts().places.project, 'dist/index.js'), text);

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-fix-'));
  mkdirSync(join(home, 'dist'));
  writeFileSync(join(home, 'dist/index.js'), 'broken');
  state = freshSession(
    { incident: 'inc-1', number: 1, limitSeconds: 60 },
    new FakeSupervisorClock().now().wall,
    'crash',
  );
  [asked, saves, room, isWell, proofs] = [[], [], true, false, []];
  const { places } = parts();
  mkdirSync(places.folder, { recursive: true });
  writeFileSync(
    places.manifest,
    JSON.stringify(await copyProject({ from: home, to: places.project, uid: 1 })),
  );
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a fix that is proved is kept, and no second one is tried', async () => {
  edit('sound');
  proofs = [{ ok: true, detail: 'well' }];
  expect(await tryFix(parts(), signal)).toEqual({ kind: 'kept', detail: 'well' });
  expect([live(), state.kept, state.trial, state.fix]).toEqual(['sound', 1, null, ['dist/index.js']]);
  expect(asked.at(-1)).toBe('settled');
  expect((await tryFix(parts(), signal)).kind).toBe('refused');
});

test('a fix that is not proved is undone, and after so many tries no more is taken', async () => {
  for (const text of ['worse', 'still worse']) {
    edit(text);
    expect((await tryFix(parts(), signal)).kind).toBe('undone');
    expect(live()).toBe('broken');
  }
  edit('once more');
  expect(await tryFix(parts(), signal)).toEqual({ kind: 'refused', detail: 'all 2 tries are used up' });
});

test('the way back is saved before anything is changed, so a supervisor that dies meanwhile is made good for', async () => {
  edit('worse');
  const dying = parts();
  dying.service.start = () => {
    throw new Error('killed here');
  };
  await expect(tryFix(dying, signal)).rejects.toThrow('killed here');
  expect(live()).toBe('worse');
  expect(saves.at(-1)?.trial?.snapshot).not.toBeNull();
  await undoTrial(parts(), signal);
  expect([live(), state.trial]).toEqual(['broken', null]);
});

test('a service that cannot be stopped is not touched', async () => {
  edit('sound');
  room = false;
  expect((await tryFix(parts(), signal)).kind).toBe('refused');
  expect([live(), state.trial]).toEqual(['broken', null]);
});

test('a service that is well is left alone', async () => {
  edit('better');
  isWell = true;
  expect(await tryFix(parts(), signal)).toMatchObject({
    kind: 'refused',
    detail: expect.stringContaining('well'),
  });
  expect([live(), asked, state.tries]).toEqual(['broken', [], 0]);
});

test('a file that somebody else changed meanwhile is not overwritten', async () => {
  edit('sound');
  writeFileSync(join(home, 'dist/index.js'), 'a new release');
  expect(await tryFix(parts(), signal)).toMatchObject({ kind: 'refused' });
  expect([live(), asked]).toEqual(['a new release', []]);
});
