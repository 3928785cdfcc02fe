import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startThreads, type Threads } from '../tests/world/sign-in/threads.ts';
import { Conceal, concealHeaders } from './conceal.ts';
import { Fixture } from './fixture.ts';
import { withToken } from './threads.ts';

describe('the Threads API behind the broker', () => {
  let broker: Fixture;
  let threads: Threads;
  let token: string;
  beforeEach(async () => {
    [broker, threads] = await Promise.all([Fixture.create(), startThreads()]);
    token = threads.store.issue(true);
    broker.threads = async () => ({ kind: 'http', baseUrl: threads.url, token });
  });
  afterEach(async () => {
    await Promise.all([broker.close(), threads.stop()]);
  });
  const bare = { headers: { 'x-api-key': '' } };

  it.each([
    ['in the query', '/threads/v1.0/me?fields=id&access_token=placeholder', bare.headers],
    ['in the header', '/threads/v1.0/me?fields=id', { authorization: 'Bearer placeholder' }],
  ])('takes the placeholder %s, and the container never sees the token', async (_case, path, headers) => {
    await broker.start();
    const answer = await broker.ask({ method: 'GET', path, headers });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ username: 'world' });
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain(token);
    expect(answer.text).toContain('access_token=placeholder');
    await broker.lastRecord().toMatchObject({ outcome: 'answered', path: '/threads/v1.0/me' });
    expect(JSON.stringify(broker.records)).not.toContain(token);
  });

  it.each([
    ['a publication', 'POST', '/threads/v1.0/42/threads_publish?creation_id=7&access_token=placeholder'],
    ['a removal', 'DELETE', '/threads/v1.0/42?access_token=placeholder'],
    [
      'one that only says its method otherwise',
      'GET',
      '/threads/v1.0/42/threads?method=post&access_token=placeholder',
    ],
  ])('refuses %s: that takes a person’s word, which only the host can judge', async (_case, method, path) => {
    await broker.start();
    expect((await broker.ask({ method, path, ...bare })).status).toBe(403);
    expect(threads.received()).toEqual([]);
  });

  it.each([
    ['without the placeholder', '/threads/v1.0/me?access_token=other', 401],
    ['for a new token', '/threads/refresh_access_token?access_token=placeholder', 403],
  ])('refuses a request %s and asks nobody', async (_case, path, status) => {
    await broker.start();
    expect((await broker.ask({ method: 'GET', path, ...bare })).status).toBe(status);
    expect(threads.received()).toEqual([]);
  });

  it('is closed to a group that may not use it, with the reason when there is one', async () => {
    const path = '/threads/v1.0/me?access_token=placeholder';
    broker.threads = async () => ({ kind: 'refused', reason: 'the Threads token is dead' });
    await broker.start();
    expect(await broker.ask({ method: 'GET', path, ...bare })).toMatchObject({
      status: 403,
      text: expect.stringContaining('is dead'),
    });
    expect(threads.received()).toEqual([]);
  });

  it('is closed where nobody opened it', async () => {
    broker.threads = null;
    await broker.start();
    expect(
      (await broker.ask({ method: 'GET', path: '/threads/v1.0/me?access_token=placeholder', ...bare }))
        .status,
    ).toBe(403);
  });
});

it('The real token takes the place of every other one in the query', () => {
  expect(withToken('/me?access_token=a&x=%20&access_token=b', 'real')).toBe('/me?x=+&access_token=real');
});

describe('concealing', () => {
  const through = (...chunks: string[]) =>
    text(
      Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(
        new Conceal({ secret: 'sesame', by: '#' }),
      ),
    );

  it.each([
    [['open sesame, sesame!'], 'open #, #!'],
    [['open ses', 'ame', '!'], 'open #!'],
    [['s', 'e', 's', 'e', 's', 'a', 'm', 'e'], 'se#'],
    [['ses', 'ses'], 'sesses'],
    [['봄 ses', 'ame 여름'], '봄 # 여름'],
    [[], ''],
  ])('turns %j into %j', async (chunks, whole) => {
    expect(await through(...chunks)).toBe(whole);
  });

  it('covers headers, and drops the length that no longer fits', () => {
    const headers = { 'content-length': '9', link: '<x?t=sesame>', via: ['sesame', 'b'] };
    expect(concealHeaders(headers, { secret: 'sesame', by: '#' })).toEqual({
      link: '<x?t=#>',
      via: ['#', 'b'],
    });
  });
});
