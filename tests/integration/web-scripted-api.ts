/**
 * The status page's server as a script: serves the built page under a strict content security policy and plays
 * whatever states, messages and incidents a test tells it to. Loopback only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncidentEvent } from '../../contracts/incident.ts';
import type { LocalMessage } from '../../contracts/local-chat.ts';
import type { SessionRecord } from '../../contracts/session-record.ts';
import type { SystemStatus } from '../../contracts/status.ts';
import { preparePage } from '../../supervisor/http/page.ts';

export const TOKEN = 'page-test-token';

export class ScriptedApi {
  /** Every chat post that arrived, repeats included. */
  readonly posts: { id: string; text: string }[] = [];
  readonly acknowledged: string[] = [];
  stories: Record<string, IncidentEvent[]> = {};
  sessions: Record<string, SessionRecord[]> = {};
  chatAnswers = true;
  readonly #messages: LocalMessage[] = [];
  readonly #statusStreams = new Set<ServerResponse>();
  readonly #chatStreams = new Set<ServerResponse>();
  #server: Server | null = null;

  constructor(
    readonly html: string,
    public status: SystemStatus,
  ) {}

  /** Listens on the given port, or on a free one, and answers the page's address. */
  async start(port = 0): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Publishes a new state to every open page. */
  show(status: SystemStatus): void {
    this.status = status;
    for (const stream of this.#statusStreams) writeEvent(stream, 'status', status);
  }

  /** Closes the chat's streams and refuses new ones and posts, as when the service is dead. */
  cutChat(): void {
    this.chatAnswers = false;
    for (const stream of this.#chatStreams) stream.end();
    this.#chatStreams.clear();
  }

  say(message: Omit<LocalMessage, 'seq' | 'chat' | 'at'>): void {
    const whole = { ...message, seq: this.#messages.length + 1, chat: 'main', at: Date.now() };
    this.#messages.push(whole);
    for (const stream of this.#chatStreams) writeEvent(stream, 'message', whole);
  }

  work(working: boolean): void {
    for (const stream of this.#chatStreams) writeEvent(stream, 'working', { working });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://page');
    const { pathname } = url;
    if (pathname === '/') return this.#servePage(response);
    if (pathname === '/api/events') {
      openEvents(response, this.#statusStreams);
      return writeEvent(response, 'status', this.status);
    }
    const withSessions = /^\/api\/incidents\/([^/]+)\/sessions$/.exec(pathname)?.[1];
    if (withSessions !== undefined) return sendJson(response, 200, this.sessions[withSessions] ?? []);
    const isRead = request.method === 'GET' && pathname.startsWith('/api/incidents/');
    if (isRead) return sendJson(response, 200, this.stories[pathname.split('/')[3] ?? ''] ?? []);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return sendJson(response, 401, { error: 'no token' });
    if (pathname.startsWith('/api/chat')) return this.#answerChat(request, response, url);
    const acknowledged = /^\/api\/incidents\/([^/]+)\/ack$/.exec(pathname)?.[1];
    if (acknowledged !== undefined) this.acknowledged.push(acknowledged);
    sendJson(response, 202, {});
  }

  async #answerChat(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!this.chatAnswers) return sendJson(response, 503, { error: 'the service is down' });
    if (request.method === 'POST') return this.#takePost(request, response);
    openEvents(response, this.#chatStreams);
    const after = Number(url.searchParams.get('after'));
    for (const old of this.#messages) if (old.seq > after) writeEvent(response, 'message', old);
  }

  async #takePost(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const post = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const isNew = !this.posts.some((known) => known.id === post.id);
    this.posts.push(post);
    sendJson(response, isNew ? 202 : 200, { accepted: isNew });
    if (isNew) this.say({ direction: 'in', id: post.id, answers: [], sender: 'page', text: post.text });
  }

  #servePage(response: ServerResponse): void {
    const { html, policy } = preparePage(this.html);
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
    });
    response.end(html);
  }
}

function openEvents(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

function writeEvent(response: ServerResponse, event: string, data: unknown): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
