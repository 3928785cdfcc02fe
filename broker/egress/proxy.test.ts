import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fixture } from '../fixture.ts';

let broker: Fixture;
beforeEach(async () => {
  broker = await Fixture.create();
});
afterEach(() => broker.close());

/** A server on loopback, opened for the group as an operator would open it. */
async function serve(server: Server, opened = true): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  broker.closing.push(async () => server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (opened) broker.allow({ private: [address] });
  return address;
}

/** What a client of a proxy sends, and all that comes back. */
async function raw(text: string, until = /\r\n\r\n/): Promise<{ socket: Socket; seen: string }> {
  const socket = connect(broker.socketPath);
  let seen = '';
  socket.on('data', (chunk) => (seen += String(chunk)));
  socket.on('error', () => undefined); // a cut is what some tests wait for
  socket.write(text);
  broker.closing.push(async () => socket.destroy());
  await expect.poll(() => seen).toMatch(until);
  return { socket, seen };
}

const tunnelTo = (authority: string, then = '', until?: RegExp) =>
  raw(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n${then}`, until);

describe('a tunnel', () => {
  it('carries bytes both ways, those sent right behind the request too, and is recorded with its size', async () => {
    const authority = await serve(
      createServer((socket) => socket.on('data', (data) => socket.end(`<${data}>`))),
    );
    await broker.start();
    const { seen } = await tunnelTo(authority, 'early', /<early>/);
    expect(seen).toMatch(/^HTTP\/1\.1 200 /);
    const [host, port] = authority.split(':');
    await broker.lastExchange().toMatchObject({
      ...{ group: 'main', method: 'CONNECT', host, port: Number(port), address: host },
      ...{ outcome: 'answered', code: null, bytesIn: 5, bytesOut: 7 },
    });
  });

  it.each([
    ['127.0.0.1:80', 403, 'not_public'],
    ['[::1]:443', 403, 'not_public'],
    ['2852039166:80', 403, 'not_public'],
    ['example.com:22', 403, 'port'],
    ['inside.example:443', 403, 'not_public'],
    ['nowhere.example:443', 502, 'unknown_host'],
    ['no-port', 400, 'bad_request'],
  ])('to %s is answered with %i, and says why', async (authority, status, code) => {
    broker.names.set('inside.example', ['10.0.0.5', '::ffff:127.0.0.1']);
    await broker.start();
    const { seen } = await tunnelTo(authority);
    expect(seen).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(seen).toContain(`x-nanoclaw-refused: ${code}`);
    const outcome = status === 502 ? 'unreachable' : 'refused';
    await broker.lastExchange().toMatchObject({ outcome, code, address: null, bytesOut: 0 });
  });

  it('goes to the very address that was judged, and the name is asked for once', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const asked: string[] = [];
    broker.lookup = async (host) => {
      asked.push(host);
      return answers.shift() ?? [];
    };
    const dialled: string[] = [];
    broker.connect = async (address) => {
      dialled.push(address);
      throw new Error('far away');
    };
    await broker.start();
    expect((await tunnelTo('rebind.example:80')).seen).toMatch(/^HTTP\/1\.1 502 /);
    expect((await tunnelTo('rebind.example:80')).seen).toMatch(/^HTTP\/1\.1 403 /);
    expect([asked.length, dialled]).toEqual([2, ['93.184.216.34']]);
  });

  it('tries the public addresses of a name only, one after the other', async () => {
    const dialled: string[] = [];
    broker.names.set('mixed.example', ['10.0.0.1', '1.1.1.1', '2606:4700::1', '169.254.169.254']);
    broker.connect = async (address) => {
      dialled.push(address);
      throw new Error('far away');
    };
    await broker.start();
    await tunnelTo('mixed.example:443');
    expect(dialled).toEqual(['1.1.1.1', '2606:4700::1']);
  });

  it("ends when the day's bytes are used", async () => {
    const authority = await serve(
      createServer((socket) => void socket.on('error', () => undefined).write(Buffer.alloc(3 * 1024 * 1024))),
    );
    broker.allow({ private: [authority], mbPerDay: 1 });
    await broker.start();
    const { socket } = await tunnelTo(authority);
    await expect.poll(() => socket.closed).toBe(true);
    await broker.lastExchange().toMatchObject({ outcome: 'cut', code: 'bytes_per_day' });
    expect((await tunnelTo(authority)).seen).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('leaves no connection behind when the broker stops while it is made', async () => {
    const authority = await serve(createServer());
    const [host = '', port = ''] = authority.split(':');
    const made = connect({ host, port: Number(port) });
    await once(made, 'connect');
    let ask = (): unknown => expect.fail('nobody connects');
    const asked = new Promise<void>((done) => {
      ask = done;
    });
    broker.connect = async (_address, _port, signal) => {
      ask();
      await once(signal, 'abort');
      return made; // in the same moment: too late to be wanted
    };
    const { stop } = await broker.start();
    await raw(`CONNECT ${authority} HTTP/1.1\r\nHost: x\r\n\r\n`, /^/);
    await asked;
    await stop();
    await expect.poll(() => made.destroyed).toBe(true);
    await broker.lastExchange().toMatchObject({ address: null, outcome: 'client_gone' });
  });

  it('ends with the broker', async () => {
    const authority = await serve(createServer());
    const { stop } = await broker.start();
    const { socket } = await tunnelTo(authority);
    const closed = once(socket, 'close');
    await stop();
    await closed;
    await broker.lastExchange().toMatchObject({ method: 'CONNECT', host: '127.0.0.1' });
  });
});

describe('a plain request', () => {
  const get = (url: string, headers: Record<string, string> = {}, body = '') =>
    new Promise<{ status: number | undefined; text: string }>((done, failed) => {
      const options = {
        socketPath: broker.socketPath,
        path: url,
        headers,
        method: body ? 'POST' : 'GET',
        agent: false,
      };
      request(options, async (res) => {
        let text = '';
        for await (const chunk of res) text += String(chunk);
        done({ status: res.statusCode, text });
      })
        .on('error', failed)
        .end(body);
    });

  it('reaches its host with its own headers, and the answer comes back', async () => {
    const seen: object[] = [];
    const server = createHttpServer(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += String(chunk);
      seen.push({ url: req.url, body, ...req.headers });
      res.end('hello');
    });
    const authority = await serve(server);
    await broker.start();
    const headers = { 'x-mine': '1', 'proxy-authorization': 'Basic eDp5', 'transfer-encoding': 'chunked' };
    expect(await get(`http://${authority}/a?b=c`, headers, 'body')).toEqual({ status: 200, text: 'hello' });
    expect(seen).toEqual([
      expect.objectContaining({ url: '/a?b=c', body: 'body', host: authority, 'x-mine': '1' }),
    ]);
    expect(seen[0]).not.toHaveProperty('proxy-authorization');
    await broker.lastExchange().toMatchObject({ method: 'POST', outcome: 'answered', host: '127.0.0.1' });
  });

  it('is answered piece by piece', async () => {
    let sendSecond = (): unknown => expect.fail('nobody asked');
    const authority = await serve(
      createHttpServer((_req, res) => {
        res.write('one');
        sendSecond = () => res.end('two');
      }),
    );
    await broker.start();
    const { socket } = await raw(`GET http://${authority}/ HTTP/1.1\r\nHost: x\r\n\r\n`, /one/);
    sendSecond();
    await once(socket, 'data');
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 403, 'metadata'],
    ['http://localhost/', 502, 'does not resolve'],
    ['https://example.com/', 400, 'CONNECT'],
    ['http://example.com:8080/', 403, 'Port 8080'],
  ])('for %s is answered with %i and the reason', async (url, status, reason) => {
    await broker.start();
    const answer = await get(url);
    expect(answer).toEqual({ status, text: expect.stringContaining(reason) });
  });

  it('is told when its host speaks no HTTP', async () => {
    const authority = await serve(createServer((socket) => socket.end('SSH-2.0-x\r\n')));
    await broker.start();
    expect((await get(`http://${authority}/`)).status).toBe(502);
  });
});
