import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { FakeSupervisorClock } from '../tests/fakes/supervisor-clock.ts';
import type { Report } from './ports/report.ts';
import { watchedFiles } from './watched-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'nc-watched-'));
const paths = { env: join(folder, '.env'), deployWindow: join(folder, 'deploy-window.json') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let clock: FakeSupervisorClock;
let told: Report[];
beforeEach(() => {
  for (const path of Object.values(paths)) rmSync(path, { force: true });
  clock = new FakeSupervisorClock();
  told = [];
});

function watch() {
  const files = watchedFiles(paths, clock, (event) => told.push(event));
  files.start();
  return files;
}

it('tells of the window at its start, and of what is written, edited or removed within five seconds', () => {
  writeFileSync(paths.deployWindow, '{"until":7}');
  const files = watch();
  expect(told).toEqual([{ kind: 'deploy_window', until: 7 }]);
  writeFileSync(paths.env, 'A=1\n');
  clock.advance(5000);
  utimesSync(paths.env, 1, 1);
  rmSync(paths.deployWindow);
  clock.advance(5000);
  clock.advance(5000);
  expect(told.slice(1)).toEqual([
    { kind: 'env_changed' },
    { kind: 'env_changed' },
    { kind: 'deploy_window', until: null },
  ]);
  files.stop();
});

it('tells of nothing after its stop', () => {
  const files = watch();
  files.stop();
  writeFileSync(paths.env, 'A=1\n');
  clock.advance(20_000);
  expect(told).toEqual([{ kind: 'deploy_window', until: null }]);
});
