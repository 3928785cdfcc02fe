/** The unit's own look at what a session has written, with the system's programs: no supervisor has to be there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../../systemd/nanoclaw-emergency-room');
const LIMIT_BYTES = 1_000_000;

let folder: string;
let session: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-room-'));
  for (const name of ['project', 'scratch']) mkdirSync(join(folder, name));
  session = spawn('sleep', ['3004'], { stdio: 'ignore' });
});
afterEach(() => {
  session.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function watch(): void {
  const folders = ['project', 'scratch'].map((name) => join(folder, name));
  spawn('sh', [SCRIPT, `${session.pid}`, '0.1', `${LIMIT_BYTES}`, ...folders], { stdio: 'ignore' });
}

test.each([
  ['large files', () => writeFileSync(join(folder, 'project', 'f'), Buffer.alloc(LIMIT_BYTES, 1))],
  [
    'many empty files',
    () => {
      for (let number = 0; number < 300; number += 1) writeFileSync(join(folder, 'scratch', `${number}`), '');
    },
  ],
])('a session that has written %s ends', async (_name, write) => {
  const ended = once(session, 'exit');
  watch();
  expect(session.exitCode).toBeNull();
  write();
  expect(await ended).toEqual([null, 'SIGKILL']);
});
