import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CONTROL_PATHS } from '../../contracts/control.ts';
import { remedyRoutes } from './remedy-routes.ts';
import { serveRoutes } from './router.ts';

let server: Server;
let dropped: string[];
let stopped: string[];

beforeEach(async () => {
  dropped = [];
  stopped = [];
  const routes = remedyRoutes({
    channels: [
      { name: 'local' },
      { name: 'slack', reconnect: () => dropped.push('slack') > 0 },
      { name: 'discord', reconnect: () => false },
    ],
    agents: { stopGroup: async (folder) => folder === 'main' && stopped.push(folder) > 0 },
    stuck: () => 'main',
  });
  server = createServer(
    serveRoutes(
      () => routes,
      (error) => expect.fail(error.message),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function order(path: string, body: unknown): Promise<{ status: number; kind: unknown }> {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { connection: 'close' },
  });
  return { status: answer.status, kind: ((await answer.json()) as { kind?: unknown }).kind };
}

it.each([
  ['a connected channel drops its connection', 'reconnectChannel', { channel: 'slack' }, 200, 'done'],
  [
    'a channel without one has nothing to do',
    'reconnectChannel',
    { channel: 'discord' },
    200,
    'nothing_to_do',
  ],
  ['nor has one that never connects', 'reconnectChannel', { channel: 'local' }, 200, 'nothing_to_do'],
  ['an unknown channel is not found', 'reconnectChannel', { channel: 'irc' }, 404, undefined],
  ['an order without its name is refused', 'reconnectChannel', {}, 400, undefined],
  ['a live agent is stopped', 'stopAgent', { folder: 'main' }, 200, 'done'],
  ['without a name it is the agent of whom is stuck', 'stopAgent', {}, 200, 'done'],
  ['a group without an agent has nothing to do', 'stopAgent', { folder: 'other' }, 200, 'nothing_to_do'],
] as const)('%s', async (_title, path, body, status, kind) => {
  expect(await order(CONTROL_PATHS[path], body)).toEqual({ status, kind });
  expect(dropped).toEqual(kind === 'done' && path === 'reconnectChannel' ? ['slack'] : []);
  expect(stopped).toEqual(kind === 'done' && path === 'stopAgent' ? ['main'] : []);
});
