import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../contracts/incident.ts';
import type { ServiceKind } from '../decide/service.ts';
import { freshState } from '../decide/state.ts';
import { sampleService } from '../decide/testing.ts';
import { IncidentFiles } from './incident-files.ts';
import { StateFile } from './state-file.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'nanoclaw-store-'));
const ID = 'inc-20260301T101500-3fa2';
const OPENED: IncidentEvent = {
  type: 'opened',
  at: 1,
  id: ID,
  cause: 'crash',
  title: 't',
  faultAt: 1,
  seenAt: 1,
};

const KINDS: ServiceKind[] = [
  'down',
  'spawning',
  'starting',
  'up',
  'unhealthy',
  'stopping',
  'draining',
  'stopped',
  'held',
];

test.each(KINDS)('a state that is %s is read back as it was saved', (kind) => {
  const file = new StateFile(join(folder(), 'supervisor', 'state.json'));
  const state = { ...freshState(5), service: sampleService(kind) };
  file.save(state);
  expect(file.load()).toEqual({ state, problem: null });
});

test.each(['{"version":1', '{}', '{"version":99,"state":{}}', ''])(
  'a state file holding %j is set aside and a new state begun',
  (text) => {
    const path = join(folder(), 'state.json');
    writeFileSync(path, text);
    const { state, problem } = new StateFile(path).load();
    expect(state).toBeNull();
    expect(problem).toContain('.bad');
    expect(readFileSync(`${path}.bad`, 'utf8')).toBe(text);
    expect(existsSync(path)).toBe(false);
  },
);

test('a first start has no state and no problem', () => {
  expect(new StateFile(join(folder(), 'state.json')).load()).toEqual({ state: null, problem: null });
});

test('an incident event appended twice is in the file once, also when its keys come in another order', () => {
  const incidents = new IncidentFiles(folder());
  incidents.append(ID, [OPENED]);
  const { at, ...rest } = OPENED;
  incidents.append(ID, [{ ...rest, at } as IncidentEvent]);
  expect(incidents.read(ID)).toEqual([OPENED]);
});

test('after a torn line the next event starts a line of its own', () => {
  const home = folder();
  writeFileSync(join(home, `${ID}.jsonl`), `${JSON.stringify(OPENED)}\n{"type":"evid`);
  const incidents = new IncidentFiles(home);
  incidents.append(ID, [{ type: 'evidence', at: 2, text: 'x' }]);
  expect(incidents.read(ID)).toHaveLength(2);
});

test('what a full disk refuses is shown all the same, and written in its order as soon as there is room', () => {
  const place = join(folder(), 'incidents');
  writeFileSync(place, 'no folder can be made here');
  const incidents = new IncidentFiles(place);
  expect(() => incidents.append(ID, [OPENED])).toThrow(/EEXIST|ENOTDIR/);
  expect(incidents.list()).toMatchObject([{ id: ID, state: 'open' }]);
  rmSync(place);
  incidents.append(ID, [{ type: 'evidence', at: 2, text: 'there is room again' }]);
  expect(new IncidentFiles(place).read(ID)?.map(({ type }) => type)).toEqual(['opened', 'evidence']);
});

test.each(['../../etc/passwd', 'inc-1', `${ID}/..`])('the name %s is no incident', (name) => {
  expect(new IncidentFiles(folder()).read(name)).toBeNull();
});
