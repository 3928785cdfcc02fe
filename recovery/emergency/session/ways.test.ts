import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waysToModel } from './ways.ts';

const NOW = 1_000_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-ways-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ALL = {
  ...{ anthropicUrl: 'http://model', prepaidKey: 'key', copilotUrl: 'http://proxy' },
  ...{ copilotModel: 'gpt', copilotKey: 'dummy' },
};
const login = (expiresAt: unknown) => JSON.stringify({ claudeAiOauth: { accessToken: 'token', expiresAt } });

function namesOf(file: string | null, settings: object = {}): string[] {
  const credentialsFile = join(folder, 'credentials.json');
  if (file !== null) writeFileSync(credentialsFile, file);
  return waysToModel({ ...ALL, credentialsFile, ...settings }, NOW).map(({ name }) => name);
}

test.each([
  ['all three, in this order', login(NOW + 1), {}, ['subscription', 'prepaid_key', 'copilot']],
  ['no login that has run out', login(NOW), {}, ['prepaid_key', 'copilot']],
  ['no login that cannot be read', '{"claudeAiOauth":', {}, ['prepaid_key', 'copilot']],
  ['none where nobody has signed in', null, {}, ['prepaid_key', 'copilot']],
  ['no key that there is not', login(NOW + 1), { prepaidKey: null }, ['subscription', 'copilot']],
  ['nothing at all, where nothing is set', null, { prepaidKey: null, copilotUrl: null }, []],
])('the ways to a model are %s', (_name, file, settings, names) => {
  expect(namesOf(file, settings)).toEqual(names);
});
