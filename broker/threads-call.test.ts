import { afterEach, beforeEach, expect, it } from 'vitest';
import { startThreads, type Threads } from '../tests/world/sign-in/threads.ts';
import { callThreads, type ThreadsCallOptions } from './threads-call.ts';
import type { BrokerRecord, ThreadsUpstream } from './types.ts';
import { Upstreams } from './upstream.ts';

const POST = { group: 'threads', path: '/v1.0/me/threads', fields: { text: '봄 & 꽃 #봄' } };

let threads: Threads;
let upstream: ThreadsUpstream;
let records: BrokerRecord[];
const upstreams = new Upstreams();

beforeEach(async () => {
  threads = await startThreads();
  upstream = { kind: 'http', baseUrl: `${threads.url}/`, token: threads.store.issue(true) };
  records = [];
});
afterEach(() => threads.stop());

const options = (): ThreadsCallOptions => ({
  ...{ upstreams, monotonic: () => 0, onRequest: (record) => void records.push(record) },
  upstream: async () => upstream,
});
const secret = () => (upstream.kind === 'http' ? upstream.token : '');

it('puts the token in by itself, and neither the answer nor the record holds it', async () => {
  const made = await callThreads(POST, options());
  expect(made).toMatchObject({ kind: 'answered', status: 200, text: expect.stringContaining('"id"') });
  const read = await callThreads({ ...POST, path: '/v1.0/me' }, options());
  expect(read).toMatchObject({ text: expect.stringContaining('access_token=&') });
  expect(JSON.stringify([read, records])).not.toContain(secret());
  expect(records[0]).toMatchObject({
    ...{ group: 'threads', method: 'POST', path: '/threads/v1.0/me/threads', status: 200 },
    ...{ outcome: 'answered', upstream: new URL(threads.url).host },
  });
});

it('asks nobody where the group may not, and says why', async () => {
  upstream = { kind: 'refused', reason: 'This group may not use Threads.' };
  expect(await callThreads(POST, options())).toEqual(upstream);
  expect(threads.received()).toEqual([]);
  expect(records).toEqual([expect.objectContaining({ outcome: 'refused', upstream: null })]);
});

it('does not know what became of a call that nobody answered, nor repeats its address', async () => {
  await threads.stop();
  expect(await callThreads(POST, options())).toEqual({ kind: 'lost' });
  expect(records).toEqual([expect.objectContaining({ outcome: 'upstream_failed', status: null })]);
});
