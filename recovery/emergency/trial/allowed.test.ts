import { expect, test } from 'vitest';
import { isLeftOut, mayChange } from './allowed.ts';

test.each([
  ['dist/index.js', true],
  ['dist/index/store-AB12.js', true],
  ['dist/runner.js', true],
  ['src/turns/lane.ts', true],
  ['container/runner/turn.ts', true],
  ['dist/supervisor.js', false],
  ['dist/cli.js', false],
  ['dist/index.js.map', false],
  ['dist/SHA256SUMS', false],
  ['supervisor/main.ts', false],
  ['src/cli/main.ts', false],
  ['SRC/turns/lane.ts', false],
  ['src/turns/lane.TS', false],
  ['src/turns/lаne.ts', false],
  ['src/turns/lane\u200b.ts', false],
  ['src/turns/lane.ts\n', false],
  ['dist/index.js ', false],
  ['dist/index.js\u0000.ts', false],
  ['recovery/emergency/trial/allowed.ts', false],
  ['contracts/redact.ts', false],
  ['systemd/nanoclaw.service', false],
  ['scripts/install.sh', false],
  ['container/build.sh', false],
  ['container/Dockerfile', false],
  ['container/runner/.npmrc', false],
  ['package.json', false],
  ['package-lock.json', false],
  ['.env', false],
  ['src/.env', false],
  ['src/.git/hooks/post-checkout.ts', false],
  ['policy.json', false],
  ['node_modules/x/index.js', false],
  ['src/../supervisor/main.ts', false],
  ['dist/index/../supervisor.js', false],
])('a change of %s may be applied: %s', (path, allowed) => {
  expect(mayChange(path)).toBe(allowed);
});

test('the copy holds no settings, no git, no packages and no supervisor', () => {
  for (const path of [
    '.env',
    'src/.env.local',
    '.git',
    'src/node_modules',
    'dist/supervisor.js',
    'dist/supervisor.js.map',
  ])
    expect(isLeftOut(path)).toBe(true);
  expect(isLeftOut('dist/index.js')).toBe(false);
});
