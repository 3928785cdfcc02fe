import { stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fixture } from './fixture.ts';

let broker: Fixture;
beforeEach(async () => {
  broker = await Fixture.create();
});
afterEach(() => broker.close());

describe('a request that may pass', () => {
  it('reaches the upstream below its base path, with the real credential in place of the placeholder', async () => {
    const seen: { url: string | undefined; headers: object; body: string }[] = [];
    await broker.serveUpstream(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += String(chunk);
      seen.push({ url: req.url, headers: req.headers, body });
      res.setHeader('content-type', 'application/json');
      res.end('{"usage":{"input_tokens":5,"output_tokens":6}}');
    });
    await broker.start();
    const { status, text } = await broker.ask({
      path: '/anthropic/v1/messages?beta=true',
      body: '{"a":"안녕"}',
    });
    expect([status, JSON.parse(text).usage.output_tokens]).toEqual([200, 6]);
    expect(seen[0]).toMatchObject({ url: '/base/v1/messages?beta=true', body: '{"a":"안녕"}' });
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer real',
      'anthropic-beta': 'oauth-2025-04-20',
    });
    expect(JSON.stringify(seen)).not.toContain('placeholder');
    await broker.lastRecord().toMatchObject({
      ...{ group: 'main', method: 'POST', path: '/anthropic/v1/messages', status: 200, outcome: 'answered' },
      ...{ bytesIn: 14, bytesOut: 46, tokens: { input: 5, output: 6 } },
    });
  });

  it('is known while it is under way, and when it was', async () => {
    let finish = (): unknown => expect.fail('the upstream was not asked');
    await broker.serveUpstream((_req, res) => {
      finish = () => res.end('done');
      res.write('on it ');
    });
    const { askedAt } = await broker.start();
    expect(askedAt()).toBeNull();
    const { answer } = broker.open();
    const response = await answer;
    const during = askedAt();
    expect(askedAt()).toBeGreaterThan(during ?? Number.POSITIVE_INFINITY);
    finish();
    for await (const _ of response);
    await broker.lastRecord().toMatchObject({ status: 200 });
    const after = askedAt();
    expect(askedAt()).toBe(after);
  });

  it('is answered piece by piece: the first event arrives before the upstream has sent the second', async () => {
    let sendSecond = (): unknown => expect.fail('the upstream was not asked');
    await broker.serveUpstream((_req, res) => {
      res.write('data: 1\n\n');
      sendSecond = () => res.end('data: 2\n\n');
    });
    await broker.start();
    const chunks = (await broker.open().answer)[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('data: 1\n\n');
    sendSecond();
    expect(String((await chunks.next()).value)).toBe('data: 2\n\n');
    expect((await chunks.next()).done).toBe(true);
  });

  it('is asked of whichever upstream is right at that moment', async () => {
    await broker.start();
    expect((await broker.ask()).status).toBe(503);
    broker.upstream = async () => ({
      kind: 'handler',
      label: 'offline',
      handle: (req, res) => res.end(`at ${req.url}`),
    });
    expect(await broker.ask()).toMatchObject({ status: 200, text: 'at /v1/messages' });
    await broker.lastRecord().toMatchObject({ upstream: 'offline', bytesOut: 15 });
  });

  it('tells whoever chose the credential how it was answered, before the container knows', async () => {
    await broker.serveUpstream((_req, res) => res.writeHead(429, { 'retry-after': '7' }).end('{}'));
    const heads: object[] = [];
    const chosen = broker.upstream;
    broker.upstream = async () => {
      const upstream = await chosen();
      return upstream.kind === 'http' ? { ...upstream, onAnswer: (head) => heads.push(head) } : upstream;
    };
    await broker.start();
    await broker.open().answer;
    expect(heads).toEqual([{ status: 429, retryAfterMs: 7000 }]);
  });

  it('reaches the upstream whole when the length of its body is not known before, whatever the method', async () => {
    const bodies: string[] = [];
    await broker.serveUpstream(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += String(chunk);
      bodies.push(`${req.method} ${body}`);
      res.end();
    });
    await broker.start();
    for (const method of ['POST', 'DELETE'])
      await broker.ask({ method, headers: { 'transfer-encoding': 'chunked' }, body: '{"a":1}' });
    expect(bodies).toEqual(['POST {"a":1}', 'DELETE {"a":1}']);
  });

  it('passes on refusals of the upstream with their headers', async () => {
    await broker.serveUpstream((_req, res) =>
      res.writeHead(429, { 'retry-after': '7' }).end('{"type":"error"}'),
    );
    await broker.start();
    const { status, headers } = await broker.ask();
    expect([status, headers['retry-after']]).toEqual([429, '7']);
  });
});

describe('a request that breaks', () => {
  it('is aborted upstream when the container leaves', async () => {
    const aborted = new Promise<void>((done) => {
      void broker
        .serveUpstream((_req, res) => {
          res.once('close', done);
          res.write('data: 1\n\n');
        })
        .then(() => broker.start());
    });
    await expect
      .poll(() =>
        stat(broker.socketPath).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const { sent, answer } = broker.open();
    await answer;
    sent.destroy();
    await aborted;
    await broker.lastRecord().toMatchObject({ outcome: 'client_gone', status: 200 });
  });

  it('breaks off towards the container when the upstream breaks off in its answer', async () => {
    await broker.serveUpstream((_req, res) => res.write('data: 1\n\n', () => res.destroy()));
    await broker.start();
    await expect(broker.ask()).rejects.toThrow();
    await broker.lastRecord().toMatchObject({ outcome: 'upstream_failed', status: 200 });
  });

  it('is answered with 502 and a plain reason when nobody listens', async () => {
    const server = await broker.serveUpstream((_req, res) => res.end());
    await new Promise((done) => server.close(done));
    await broker.start();
    const { status, text } = await broker.ask({ body: 'x'.repeat(300_000) });
    expect(status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    expect(text).toContain('refused the connection');
    await broker.lastRecord().toMatchObject({ outcome: 'upstream_failed', status: 502 });
  });

  it('is answered with 502 when the upstream hangs up before it answers', async () => {
    await broker.serveUpstream((req) => req.socket.destroy());
    await broker.start();
    const { status, text } = await broker.ask();
    expect([status, text]).toEqual([502, expect.stringContaining('broke the connection off')]);
  });

  it('is answered with 503 and the reason when there is no upstream', async () => {
    await broker.start();
    const { status, text } = await broker.ask();
    expect([status, JSON.parse(text).error.message]).toEqual([503, 'Nobody signed in.']);
  });
});
