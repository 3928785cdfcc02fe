import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startBrokerShim } from './broker-shim.ts';

const servers: Server[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function start(): Promise<{ port: number; brokerSocket: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'shim-'));
  folders.push(folder);
  const brokerSocket = join(folder, 'broker.sock');
  const { port, server } = await startBrokerShim(brokerSocket);
  servers.push(server);
  return { port, brokerSocket };
}

describe('the broker shim', () => {
  it('carries bytes both ways, whole to the last one', async () => {
    const { port, brokerSocket } = await start();
    const big = Buffer.alloc(2_000_000, 'x');
    const broker = createServer((socket) => socket.once('data', () => socket.end(big))).listen(brokerSocket);
    servers.push(broker);
    await once(broker, 'listening');
    const client = connect(port, '127.0.0.1');
    client.write('request');
    let received = 0;
    for await (const chunk of client) received += (chunk as Buffer).length;
    expect(received).toBe(big.length);
  });

  it('closes the connection while there is no broker, and works once there is', async () => {
    const { port, brokerSocket } = await start();
    const early = connect(port, '127.0.0.1');
    early.on('error', () => undefined); // A reset is as good as an end here.
    await once(early, 'close');
    const broker = createServer((socket) => socket.end('here')).listen(brokerSocket);
    servers.push(broker);
    await once(broker, 'listening');
    const [answer] = await once(connect(port, '127.0.0.1'), 'data');
    expect(String(answer)).toBe('here');
  });
});
