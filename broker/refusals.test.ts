import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUDGET_STATUS } from '../contracts/link.ts';
import { type Asked, Fixture } from './fixture.ts';

let broker: Fixture;
beforeEach(async () => {
  broker = await Fixture.create();
});
afterEach(() => broker.close());

describe('a request that may not pass', () => {
  it.each([
    ['without the placeholder', { headers: { 'x-api-key': 'other' } }, 401, 'authentication_error'],
    ['for another path', { path: '/v1/messages' }, 403, 'permission_error'],
    ['that climbs', { path: '/anthropic/../x' }, 403, 'permission_error'],
    ['with too large a body', { headers: { 'content-length': '99999999' } }, 413, 'request_too_large'],
  ])('%s is refused with %i and asks nobody', async (_case, asked, status, type) => {
    broker.upstream = () => Promise.reject(new Error('asked'));
    await broker.start();
    const { answer, sent } = broker.open({ body: '', ...(asked as Asked) });
    const response = await answer;
    expect(response.statusCode).toBe(status);
    const text = String((await response[Symbol.asyncIterator]().next()).value);
    expect(JSON.parse(text).error.type).toBe(type);
    await broker.lastRecord().toMatchObject({ outcome: 'refused', upstream: null });
    sent.destroy();
  });

  it('is refused where there is no way to the internet, also as a proxy request', async () => {
    broker.hasEgress = false;
    await broker.start();
    const { status, text } = await broker.ask({ path: 'http://example.com/' });
    expect([status, JSON.parse(text).error.type]).toEqual([403, 'permission_error']);
  });

  it('is refused with a status of its own when the budget of the day is used', async () => {
    broker.spent = 'This group has used its budget of today, $5.';
    await broker.start();
    const { status, text } = await broker.ask();
    expect([status, JSON.parse(text).error.message]).toEqual([BUDGET_STATUS, broker.spent]);
    await broker.lastRecord().toMatchObject({ outcome: 'refused', upstream: null, status: BUDGET_STATUS });
  });

  it('is cut off when its body turns out too large on the way', async () => {
    await broker.serveUpstream((req) => req.resume());
    await broker.start();
    const { sent, answer } = broker.open({
      headers: { 'transfer-encoding': 'chunked' },
      body: Buffer.alloc(33 * 1024 * 1024),
    });
    expect((await answer).statusCode).toBe(413);
    await broker.lastRecord().toMatchObject({ outcome: 'refused', upstream: expect.any(String) });
    sent.destroy();
  });
});
