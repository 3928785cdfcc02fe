import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Learning } from '../../../contracts/learning.ts';
import { storeFix, toStored } from '../trial/stored-fix.ts';
import { findKnownFix } from './known-fix.ts';

let folder: string;
let digests: Record<string, string>;
const pathOf = (id: string) => join(folder, `${id}.json`);
const find = (learnings: Learning[]) =>
  findKnownFix({ cause: 'crash', symptom: 'crash: exit code 1, alive for 3 s' }, learnings, {
    pathOf,
    digestOf: (path) => digests[path] ?? null,
  });

function fixOf(content: string): string {
  const changes = [{ path: 'dist/index.js', content: Buffer.from(content) }];
  return storeFix(pathOf, toStored(changes, (path) => digests[path] ?? null) ?? []);
}
const cured = (fixId: string | null, other: Partial<Learning> = {}): Learning => ({
  ...{ at: 1, incident: 'i', symptom: 'crash: exit code 1, alive for 8 s', cause: 'crash' },
  ...{ fix: 'f', proof: 'p', fixId },
  ...other,
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-known-'));
  digests = { 'dist/index.js': 'broken' };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a change that cured alike cases twice is known; the one that did so most often goes first', () => {
  const [one, other] = [fixOf('sound'), fixOf('sounder')];
  const learnings = [cured(one), cured(one), cured(other), cured(other), cured(other)];
  expect(find(learnings)).toMatchObject({ id: other, changes: [{ content: Buffer.from('sounder') }] });
});

test('a known one that does not fit any more makes room for the next', () => {
  digests['dist/index.js'] = 'older release';
  const old = fixOf('sound');
  digests['dist/index.js'] = 'broken';
  const fits = fixOf('sound too');
  expect(find([cured(old), cured(old), cured(old), cured(fits), cured(fits)])?.id).toBe(fits);
});

test.each([
  ['it was seen once', (id: string) => [cured(id)]],
  ['the cause was another', (id: string) => [cured(id), cured(id, { cause: 'hang' })]],
  ['the symptom was another', (id: string) => [cured(id), cured(id, { symptom: 'crash: signal SIGSEGV' })]],
  ['it was not kept', () => [cured(null), cured(null)]],
  ['its content is gone', () => [cured('0123456789abcdef'), cured('0123456789abcdef')]],
])('nothing is known where %s', (_name, learnings) => {
  expect(find(learnings(fixOf('sound')))).toBeNull();
});
