import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { connect, createServer as createNetServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fixture } from './fixture.ts';

let broker: Fixture;
beforeEach(async () => {
  broker = await Fixture.create();
});
afterEach(() => broker.close());

describe('the socket', () => {
  it('can be opened by any user who reaches its folder', async () => {
    await broker.start();
    expect((await stat(broker.socketPath)).mode & 0o777).toBe(0o666);
  });

  it('takes the place of one that an earlier process left behind', async () => {
    const left = createNetServer();
    await new Promise<void>((done) => left.listen(broker.socketPath, done));
    broker.closing.push(async () => void left.close());
    broker.upstream = async () => ({ kind: 'handler', label: 'new', handle: (_req, res) => res.end('new') });
    await broker.start();
    expect((await broker.ask()).text).toBe('new');
  });

  it.each([
    ['is no socket', 'SOCKET_PATH_TAKEN', ''],
    ['is too long', 'SOCKET_PATH_TOO_LONG', 'x'.repeat(120)],
  ])('is refused where the path %s', async (_case, code, suffix) => {
    broker.socketPath += suffix;
    if (suffix === '') await writeFile(broker.socketPath, 'a file');
    await expect(broker.start()).rejects.toMatchObject({ code });
  });

  it('takes no more connections than a container has use for', async () => {
    await broker.start();
    const closed: unknown[] = [];
    for (let count = 0; count < 600 && closed.length === 0; count += 1) {
      const socket = connect(broker.socketPath);
      broker.closing.push(async () => void socket.destroy());
      socket.on('close', () => closed.push(socket)).resume();
      await once(socket, 'connect');
    }
    await expect.poll(() => closed.length, { timeout: 20_000 }).toBeGreaterThan(0);
  });

  it('may be stopped twice, and cuts what still runs', async () => {
    await broker.serveUpstream((_req, res) => res.write('data: 1\n\n'));
    const running = await broker.start();
    const answer = await broker.open().answer;
    const cut = new Promise((done) => answer.once('error', done));
    await Promise.all([running.stop(), running.stop()]);
    await cut;
    expect(broker.records).toHaveLength(1);
  });
});
