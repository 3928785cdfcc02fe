/** What the broker's tests share: a broker on a socket of its own, upstreams to put behind it, a client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type EgressConfig, egressSchema } from '../contracts/container-config.ts';
import {
  type BrokerRecord,
  type EgressOptions,
  type EgressRecord,
  type ModelUpstream,
  startBroker,
  type ThreadsUpstream,
} from './broker.ts';

export type Asked = {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

export class Fixture {
  readonly records: BrokerRecord[] = [];
  readonly closing: (() => Promise<unknown>)[] = [];
  upstream: () => Promise<ModelUpstream> = () => Promise.reject(new Error('Nobody signed in.'));

  /** Null: this container may not use Threads. */
  threads: (() => Promise<ThreadsUpstream>) | null = null;

  readonly exchanges: EgressRecord[] = [];
  readonly names = new Map<string, string[]>();
  lookup = async (host: string): Promise<string[]> =>
    this.names.get(host) ?? Promise.reject(new Error('no such name'));
  connect: Required<EgressOptions>['connect'] | null = null;
  hasEgress = true;
  spent: string | null = null;
  #egress: EgressConfig = egressSchema.parse({});
  #bytes = 0;

  private constructor(
    readonly folder: string,
    public socketPath: string,
  ) {}

  static async create(): Promise<Fixture> {
    const folder = await mkdtemp(join(tmpdir(), 'broker-'));
    return new Fixture(folder, join(folder, 'broker.sock'));
  }

  async start() {
    const broker = await startBroker({
      ...{ socketPath: this.socketPath, group: 'main' },
      placeholder: { kind: 'api_key', value: 'placeholder' },
      upstream: () => this.upstream(),
      ...(this.threads === null ? {} : { threads: this.threads }),
      ...(this.hasEgress ? { egress: this.#egressOptions() } : {}),
      spent: () => this.spent,
      onRequest: (record) => this.records.push(record),
    });
    this.closing.push(broker.stop);
    return broker;
  }

  allow(egress: object): void {
    this.#egress = egressSchema.parse(egress);
  }

  #egressOptions(): EgressOptions {
    return {
      group: 'main',
      config: () => this.#egress,
      lookup: (host) => this.lookup(host),
      ...(this.connect === null ? {} : { connect: this.connect }),
      ownAddresses: () => new Set(),
      bytes: {
        today: () => this.#bytes,
        add: (count) => {
          this.#bytes += count;
        },
      },
      onExchange: (record) => this.exchanges.push(record),
      monotonic: () => performance.now(),
    };
  }

  /** Puts an HTTP server behind the broker, at a base path. */
  async serveUpstream(handle: RequestListener): Promise<Server> {
    const server = createServer(handle);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
    this.upstream = async () => ({ kind: 'http', baseUrl, credential: { kind: 'oauth', value: 'real' } });
    this.closing.push(async () => server.close().closeAllConnections());
    return server;
  }

  /** Sends a request as a container would; `answer` holds its headers, the body is still on its way. */
  open({ method = 'POST', path = '/anthropic/v1/messages', headers = {}, body }: Asked = {}) {
    const all = { 'x-api-key': 'placeholder', ...headers };
    const sent = request({ socketPath: this.socketPath, path, method, headers: all, agent: false });
    const answer = new Promise<IncomingMessage>((done, failed) => {
      sent.once('response', done);
      sent.on('error', failed);
    });
    sent.end(body ?? (method === 'POST' ? '{}' : undefined));
    return { sent, answer };
  }

  async ask(asked: Asked = {}) {
    const answer = await this.open(asked).answer;
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: Buffer.concat(chunks).toString('utf8'),
    };
  }

  lastRecord() {
    return expect.poll(() => this.records.at(-1));
  }

  lastExchange() {
    return expect.poll(() => this.exchanges.at(-1));
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
    await rm(this.folder, { recursive: true });
  }
}
