/**
 * The session's hands: an MCP server on one unix socket, one JSON-RPC message a line. It keeps no state of a client,
 * so that a bridge which dials again after a restart of the supervisor simply goes on.
 *
 * Invariants: verbs are carried out one after the other; each is on record before it is begun.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import * as z from 'zod';
import { LineSplitter, LineTooLongError } from '../../../contracts/lines.ts';

/** Arguments are a word or none. */
const LINE_LIMIT = 256 * 1024;
/** The session has one client, and dials again after a restart; a session that asks by hand has a few more. */
const CLIENTS = 32;
/** Calls that wait for their turn. Claude Code makes a few at once. */
const WAITING = 100;
/** Answers that a client does not read, bytes: it is let go before they fill our memory. */
const UNREAD_LIMIT = 1024 * 1024;
/** Of MCP; a newer client is answered with what it asked for, as these methods have not changed. */
const PROTOCOL = '2025-06-18';

export type Verb = {
  name: string;
  description: string;
  /** JSON schema of its arguments. */
  input: object;
  /** What the session reads; never rejects. */
  run(input: Record<string, unknown>): Promise<{ text: string; ok: boolean }>;
};

const requestSchema = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.looseObject({}).optional(),
});
type Request = z.infer<typeof requestSchema>;

export class VerbServer {
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #queue: Promise<unknown> = Promise.resolve();
  #busy = 0;
  #stopped: Promise<void> | null = null;

  constructor(readonly verbs: readonly Verb[]) {
    this.#server = createServer((client) => this.#serve(client));
    this.#server.maxConnections = CLIENTS;
  }

  /** Whether a verb is at work: the session is silent meanwhile and does not hang. */
  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** @throws when the socket cannot be made */
  async listen(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true }); // of a former supervisor
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
    chmodSync(path, 0o666); // the session is another user; who may come here is decided by the folder
  }

  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const client of this.#clients) client.destroy();
    });
    return this.#stopped;
  }

  #serve(client: Socket): void {
    const lines = new LineSplitter(LINE_LIMIT);
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    client.on('error', () => client.destroy());
    client.on('data', (part: Buffer) => {
      try {
        for (const line of lines.push(part)) void this.#take(client, line);
      } catch (error) {
        if (!(error instanceof LineTooLongError)) throw error;
        client.destroy();
      }
    });
  }

  async #take(client: Socket, line: string): Promise<void> {
    const request = parse(line);
    if (request === null) return void client.destroy();
    if (request.id === undefined) return; // a notification: nothing to do about any
    const answer = await this.#answer(request);
    if (!client.destroyed) client.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, ...answer })}\n`);
    if (client.writableLength > UNREAD_LIMIT) client.destroy();
  }

  async #answer({ method, params }: Request): Promise<object> {
    switch (method) {
      case 'initialize':
        return { result: this.#introduce(params) };
      case 'ping':
        return { result: {} };
      case 'tools/list': {
        const tools = this.verbs.map(({ name, description, input }) => ({
          name,
          description,
          inputSchema: input,
        }));
        return { result: { tools } };
      }
      case 'tools/call':
        return this.#call(params);
      default:
        return { error: { code: -32601, message: 'there is no such method' } };
    }
  }

  #introduce(params: Request['params']): object {
    const version = params?.protocolVersion;
    return {
      protocolVersion: typeof version === 'string' ? version : PROTOCOL,
      capabilities: { tools: {} },
      serverInfo: { name: 'nanoclaw', version: '1' },
    };
  }

  async #call(params: Request['params']): Promise<object> {
    const verb = this.verbs.find(({ name }) => name === params?.name);
    if (verb === undefined) return { error: { code: -32602, message: 'there is no such verb' } };
    if (this.#busy >= WAITING) return { error: { code: -32000, message: 'too many calls are waiting' } };
    const input = z.record(z.string(), z.unknown()).safeParse(params?.arguments ?? {});
    this.#busy += 1;
    const turn = this.#queue.then(() => verb.run(input.success ? input.data : {}));
    this.#queue = turn.finally(() => {
      this.#busy -= 1;
    });
    const { text, ok } = await turn;
    return { result: { content: [{ type: 'text', text }], isError: !ok } };
  }
}

function parse(line: string): Request | null {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON: this client cannot be understood
  }
}
