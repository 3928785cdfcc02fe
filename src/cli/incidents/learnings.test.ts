import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { textsFor } from '../texts/index.ts';
import { readCures, renderCures } from './learnings.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-cures-'));
  path = join(folder, 'learnings.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cure = (at: number, fixId?: string) =>
  JSON.stringify({
    at,
    incident: 'i',
    symptom: 'crash: exit code 1',
    cause: 'crash',
    fix: 'f',
    proof: 'p',
    fixId,
  });

test('cures are told newest first, with how often the same change has cured; torn lines are no cures', async () => {
  writeFileSync(path, [cure(1, 'a'), cure(2, 'b'), cure(3, 'a'), cure(4), '{"at":5,"sym'].join('\n'));
  const cures = await readCures(path);
  expect(cures.map(({ at, times, known }) => [at, times, known])).toEqual([
    [4, null, false],
    [3, 2, true],
    [2, 1, false],
    [1, 2, true],
  ]);
  const [, ...rows] = renderCures(cures, textsFor('en'), (_style, text) => text);
  expect(rows[1]).toContain('2, known');
});

test('without any session there is nothing to tell', async () => {
  expect(await readCures(path)).toEqual([]);
});
