import { afterEach, beforeEach, expect, it } from 'vitest';
import { callThreads } from '../../broker/threads-call.ts';
import type { ThreadsUpstream } from '../../broker/types.ts';
import { Upstreams } from '../../broker/upstream.ts';
import { startThreads, type Threads } from '../../tests/world/sign-in/threads.ts';
import { ThreadsPosts } from './posts.ts';

const upstreams = new Upstreams();
let threads: Threads;
let upstream: Extract<ThreadsUpstream, { kind: 'http' }>;
let posts: ThreadsPosts;
beforeEach(async () => {
  threads = await startThreads();
  upstream = { kind: 'http', baseUrl: threads.url, token: threads.store.issue(true) };
  const options = { upstreams, onRequest: () => undefined, monotonic: () => 0 };
  posts = new ThreadsPosts((call) => callThreads(call, { ...options, upstream: async () => upstream }));
});
afterEach(() => threads.stop());

const POST = { text: '봄이 왔어요 & 꽃이 핍니다 #봄', replyTo: null };

it('makes the post and publishes it', async () => {
  expect(await posts.publish('threads', POST)).toMatchObject({ kind: 'published' });
  expect(threads.store.texts).toEqual([POST.text]);
});

it('says that nothing was published where the API refuses', async () => {
  threads.store.revoke(upstream.token);
  const reason = 'the Threads API answered HTTP 400';
  expect(await posts.publish('threads', POST)).toEqual({ kind: 'failed', reason });
  expect(threads.store.texts).toEqual([]);
});

it('says that nothing was published where the broker refuses, in its words', async () => {
  posts = new ThreadsPosts(async () => ({ kind: 'refused', reason: 'no token' }));
  expect(await posts.publish('threads', POST)).toEqual({ kind: 'failed', reason: 'no token' });
});

it('says that nothing was published where nobody answers the first call', async () => {
  await threads.stop();
  expect(await posts.publish('threads', POST)).toMatchObject({ kind: 'failed' });
});

it('does not know whether it was published where the second call is not answered', async () => {
  threads.store.losePublishAnswers = 1;
  expect(await posts.publish('threads', POST)).toMatchObject({ kind: 'unclear' });
  expect(threads.store.texts).toEqual([POST.text]);
});
