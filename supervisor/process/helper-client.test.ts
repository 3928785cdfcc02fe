import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { helperAt } from './helper-client.ts';
import { HelperPrivileged } from './privileged-helper.ts';

const folder = mkdtempSync(join(tmpdir(), 'nc-helper-'));
const path = join(folder, 'helper.sock');
const never = new AbortController().signal;

let server: Server;
let asked: string[];
/** What the stand-in answers to a line. */
let answer: (line: string, socket: Socket) => void;

beforeEach(async () => {
  asked = [];
  server = createServer((socket) => {
    socket.on('error', () => undefined); // the client may go first
    socket.once('data', (line) => {
      asked.push(`${line}`);
      answer(`${line}`, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('sends one line and returns what follows ok', async () => {
  answer = (_line, socket) => socket.end('ok 42\n');
  expect(await helperAt(path)('restart nanoclaw', never)).toBe('42');
  expect(asked).toEqual(['restart nanoclaw\n']);
});

it.each(['refused: not on the list\n', 'failed: no such unit\n', '', 'okay\n'])(
  'takes %j for a no',
  async (text) => {
    answer = (_line, socket) => socket.end(text);
    const asking = helperAt(path)('restart nanoclaw', never);
    await expect(asking).rejects.toMatchObject({ code: 'HELPER_REFUSED' });
  },
);

it('gives up on a helper that does not answer, and on one that does not stop', async () => {
  const limit = new AbortController();
  answer = () => limit.abort();
  const waiting = helperAt(path)('restart nanoclaw', limit.signal);
  await expect(waiting).rejects.toMatchObject({ code: 'HELPER_SILENT' });
  answer = (_line, socket) => socket.write('x'.repeat(100_000));
  await expect(helperAt(path)('restart nanoclaw', never)).rejects.toMatchObject({ code: 'HELPER_SILENT' });
});

it('restarts a service even when systemd had given up on it', async () => {
  answer = (_line, socket) => socket.end('ok 7\n');
  expect(await new HelperPrivileged(helperAt(path)).restart('docker', never)).toEqual({
    kind: 'done',
    detail: '7',
  });
  expect(asked).toEqual(['reset-failed docker\n', 'restart docker\n']);
});

it('says that there is no helper where there is none, and why a restart failed', async () => {
  const nowhere = new HelperPrivileged(helperAt(join(folder, 'nothing.sock')));
  expect(await nowhere.restart('docker', never)).toEqual({ kind: 'unavailable' });
  answer = (line, socket) => socket.end(line.startsWith('reset') ? 'ok\n' : 'failed: no such unit\n');
  expect(await new HelperPrivileged(helperAt(path)).restart('copilot-api', never)).toEqual({
    kind: 'failed',
    detail: 'the helper was asked to restart copilot-api: failed: no such unit',
  });
});
