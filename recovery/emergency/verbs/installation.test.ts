import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { describeInstallation } from './installation.ts';

let installation: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(installation, path)), { recursive: true });
  writeFileSync(join(installation, path), text);
};
const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');
const describe = () =>
  describeInstallation({
    installation,
    paths: { env: join(installation, '.env'), lastKnownGoodEnv: join(installation, 'good.env') },
  });

beforeEach(() => {
  installation = mkdtempSync(join(tmpdir(), 'nc-'));
});

test('a setting that was changed since the last good start is named, its values are not', () => {
  write('.env', 'TZ=Asia/Seoul\nSLACK_BOT_TOKEN=xoxb-new-secret\n');
  write('good.env', 'TZ=Asia/Seoul\nSLACK_BOT_TOKEN=xoxb-old-secret\n');
  expect(describe()).toContain(
    'settings: against the .env that last proved good: changed: SLACK_BOT_TOKEN\n',
  );
  expect(describe()).not.toContain('secret');
});

test.each([
  ['there is none', null, 'A=1', 'there is no .env'],
  ['none has proved good', 'A=1', null, 'no .env has proved good yet'],
  ['nothing was changed', 'A=1', 'A=1', 'the .env is the one that last proved good'],
])('it is told of the settings that %s', (_name, env, good, text) => {
  if (env !== null) write('.env', env);
  if (good !== null) write('good.env', good);
  expect(describe()).toContain(`settings: ${text}\n`);
});

test('programs that are not what was built are named', () => {
  write('dist/index.js', 'edited');
  write('dist/runner.js', 'as built');
  const lines = ['dist/index.js', 'dist/index/chunk.js'].map((path) => `${sumOf('as built')}  ${path}`);
  write('dist/SHA256SUMS', `${lines.join('\n')}\n${sumOf('as built')}  dist/runner.js\n`);
  expect(describe()).toContain(
    'programs: since they were built, dist/index.js was changed, dist/index/chunk.js is missing\n',
  );
});

test('the release and the one before it are named', () => {
  write('releases/b/index.js', '');
  symlinkSync('releases/b', join(installation, 'dist'));
  symlinkSync('a', join(installation, 'releases', 'previous'));
  expect(describe()).toContain('release: b, before it a\n');
});

test('a package that is missing or damaged is seen by its version', () => {
  write('package.json', '{"version":"1.2.3"}');
  write('node_modules/discord.js/package.json', '{"vers');
  expect(describe()).toMatch(/nanoclaw 1\.2\.3, Node v\d.*better-sqlite3 missing, discord\.js unreadable/);
});
