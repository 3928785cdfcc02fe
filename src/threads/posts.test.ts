import { afterEach, beforeEach, expect, it } from 'vitest';
import { startThreads, type Threads } from '../../tests/world/sign-in/threads.ts';
import { ThreadsPosts } from './posts.ts';

let threads: Threads;
let token: string;
beforeEach(async () => {
  threads = await startThreads();
  token = threads.store.issue(true);
});
afterEach(() => threads.stop());

const POST = { text: '봄이 왔어요 & 꽃이 핍니다 #봄', replyTo: null };

it('makes the post and publishes it', async () => {
  const end = await new ThreadsPosts(threads.url).publish(POST, token);
  expect(end).toMatchObject({ kind: 'published' });
  expect(threads.store.texts).toEqual([POST.text]);
});

it('says that nothing was published where the API refuses, without repeating the token', async () => {
  threads.store.revoke(token);
  const end = await new ThreadsPosts(threads.url).publish(POST, token);
  expect(end).toEqual({ kind: 'failed', reason: 'the Threads API answered HTTP 400' });
  expect(threads.store.texts).toEqual([]);
});

it('says that nothing was published where nobody answers the first call', async () => {
  await threads.stop();
  expect(await new ThreadsPosts(threads.url).publish(POST, token)).toMatchObject({ kind: 'failed' });
});

it('does not know whether it was published where the second call is not answered', async () => {
  threads.store.losePublishAnswers = 1;
  expect(await new ThreadsPosts(threads.url).publish(POST, token)).toMatchObject({ kind: 'unclear' });
  expect(threads.store.texts).toEqual([POST.text]);
});
