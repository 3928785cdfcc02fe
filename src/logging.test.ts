import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from './logging.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(): string {
  const names = readdirSync(folder).filter((name) => name !== 'current.log');
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

it('writes no secret, whether it is in the message, in a field or in an error', async () => {
  const options = { name: 'nanoclaw', level: 'fatal', folder, color: false };
  const log = await createLogger({ ...options, secrets: ['known-value'] });
  log.fatal({ reason: 'known-value', err: new Error('sk-ant-api03-unknown known-value') }, 'a known-value');
  await expect.poll(written).toContain('"msg":"a [redacted]"');
  expect(written()).not.toMatch(/known-value|sk-ant/);
});

it.each([
  ['can hold no file', '/proc'],
  ['cannot be made', '/dev/null/logs'],
])('goes on without a file when its folder %s', async (_name, closed) => {
  const options = { name: 'nanoclaw', level: 'fatal', folder: closed, color: false, secrets: [] };
  const log = await createLogger(options);
  for (let step = 0; step < 3; step += 1) await access('/'); // what was still being opened has failed by now
  log.fatal('one');
  expect(() => log.fatal('another')).not.toThrow();
});
