import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { networkProbe, reachByTcp } from './network.ts';

const { signal } = new AbortController();
const ADDRESSES = ['https://chat.example/api', 'http://127.0.0.1:9/'];
const REFUSED = Object.assign(new Error('no'), { code: 'ENOTFOUND' });

async function lookAt(isSuspected: boolean, ...answers: boolean[]) {
  const asked: string[] = [];
  const probe = networkProbe({
    isSuspected: () => isSuspected,
    addresses: () => ADDRESSES,
    async reach(address) {
      asked.push(address);
      if (!answers[ADDRESSES.indexOf(address)]) throw REFUSED;
    },
  });
  const [seen] = await probe.look(signal);
  return { state: seen?.state, detail: seen?.detail, asked: asked.length };
}

test('nobody is asked while nothing hints at the network', async () => {
  expect(await lookAt(false, false, false)).toMatchObject({ state: 'good', asked: 0 });
});

test.each([
  ['nobody answers', [false, false], 'bad'],
  ['one place alone is away', [false, true], 'good'],
  ['all answer', [true, true], 'good'],
] as const)('where %s: %s → %s', async (_title, answers, state) => {
  expect(await lookAt(true, ...answers)).toMatchObject({ state, asked: 2 });
});

test('it is said who could not be reached, and why', async () => {
  const { detail } = await lookAt(true, false, false);
  expect(detail).toBe('nobody can be reached: chat.example (ENOTFOUND), 127.0.0.1:9 (ENOTFOUND)');
});

test('an open port is reached, a closed one and a name that nobody has are not', async () => {
  const server: Server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await expect(reachByTcp(`http://127.0.0.1:${port}/x`, signal)).resolves.toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
  await expect(reachByTcp(`http://127.0.0.1:${port}/x`, signal)).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
  await expect(reachByTcp('https://nobody.invalid', signal)).rejects.toThrow();
});
