/** The status page and its API. Everything but the chat works while the orchestrator is dead. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { SessionWish } from '../../contracts/doctor-session.ts';
import type { IncidentEvent, IncidentSummary } from '../../contracts/incident.ts';
import type { SessionRecord } from '../../contracts/session-record.ts';
import type { SystemStatus } from '../../contracts/status.ts';
import type { SystemJobRecord } from '../../contracts/tasks.ts';
import { PROMETHEUS_TYPE } from '../../metrics/prometheus.ts';
import type { Report } from '../ports/report.ts';
import { postChat, streamChat } from './chat.ts';
import type { EventStream } from './event-stream.ts';
import type { Page } from './page.ts';
import { readJson, sendError, sendJson } from './reply.ts';

export type Backend = {
  page: Page;
  status: () => SystemStatus;
  /** All metrics in Prometheus' text format. */
  metrics: () => Promise<string>;
  events: EventStream;
  incidents: { list: () => IncidentSummary[]; read: (id: string) => IncidentEvent[] | null };
  isOpen: (incident: string) => boolean;
  sessionWish: () => SessionWish;
  /** The supervisor's own upkeep. */
  upkeep: () => SystemJobRecord[];
  /** Emergency sessions of an incident, oldest first, free of secrets. */
  sessions: (incident: string) => SessionRecord[];
  controlSocket: string;
  report: (event: Report) => void;
};

/** A week. */
const LONGEST_PAUSE_MINUTES = 7 * 24 * 60;

type Handler = (
  b: Backend,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  id: string,
) => void | Promise<void>;
type Route = { method: 'GET' | 'POST'; path: RegExp; run: Handler };

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/$/, run: (b, _req, res) => sendPage(b.page, res) },
  { method: 'GET', path: /^\/healthz$/, run: (_b, _req, res) => sendJson(res, 200, { status: 'ok' }) },
  { method: 'GET', path: /^\/metrics$/, run: sendMetrics },
  { method: 'GET', path: /^\/api\/status$/, run: (b, _req, res) => sendJson(res, 200, b.status()) },
  { method: 'GET', path: /^\/api\/upkeep$/, run: (b, _req, res) => sendJson(res, 200, b.upkeep()) },
  { method: 'GET', path: /^\/api\/events$/, run: openStream },
  {
    method: 'GET',
    path: /^\/api\/incidents$/,
    run: (b, _req, res) => sendJson(res, 200, b.incidents.list()),
  },
  { method: 'GET', path: /^\/api\/incidents\/(inc-[0-9A-Za-z-]{1,40})$/, run: sendIncident },
  {
    method: 'GET',
    path: /^\/api\/incidents\/(inc-[0-9A-Za-z-]{1,40})\/sessions$/,
    run: (b, _req, res, _url, id) => sendJson(res, 200, b.sessions(id)),
  },
  { method: 'POST', path: /^\/api\/incidents\/(inc-[0-9A-Za-z-]{1,40})\/ack$/, run: acknowledge },
  { method: 'POST', path: /^\/api\/(restart|stop|resume)$/, run: order },
  { method: 'POST', path: /^\/api\/pause$/, run: pause },
  { method: 'POST', path: /^\/api\/doctor-session$/, run: beginSession },
  { method: 'POST', path: /^\/api\/chat$/, run: (b, req, res) => postChat(b.controlSocket, req, res) },
  {
    method: 'GET',
    path: /^\/api\/chat\/events$/,
    run: (b, _req, res, url) => streamChat(b.controlSocket, url.searchParams.get('after'), res),
  },
];

export async function route(b: Backend, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const fitting = ROUTES.filter(({ path }) => path.test(url.pathname));
  const found = fitting.find(({ method }) => method === req.method);
  if (found) return found.run(b, req, res, url, found.path.exec(url.pathname)?.[1] ?? '');
  if (fitting.length === 0) sendError(res, 404, 'not_found');
  else sendError(res, 405, 'method_not_allowed');
}

function sendPage({ html, policy }: Page, res: ServerResponse): void {
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  res.end(html);
}

async function sendMetrics(b: Backend, _req: IncomingMessage, res: ServerResponse): Promise<void> {
  const text = await b.metrics();
  res.writeHead(200, { 'content-type': PROMETHEUS_TYPE, 'cache-control': 'no-store' });
  res.end(text);
}

function openStream(b: Backend, _req: IncomingMessage, res: ServerResponse): void {
  if (!b.events.add(res)) sendError(res, 503, 'too_many_pages');
}

function sendIncident(b: Backend, _req: IncomingMessage, res: ServerResponse, _url: URL, id: string): void {
  const events = b.incidents.read(id);
  if (events) sendJson(res, 200, events);
  else sendError(res, 404, 'no_such_incident');
}

/** Who acknowledges, as the incident's record names them; one short line. */
const ackSchema = z.object({
  by: z
    .string()
    .regex(/^[^\p{Cc}]{1,60}$/u)
    .default('status page'),
});

/** POST /api/incidents/<id>/ack {by?} */
async function acknowledge(
  b: Backend,
  req: IncomingMessage,
  res: ServerResponse,
  _url: URL,
  id: string,
): Promise<void> {
  const isEmpty = (req.headers['content-length'] ?? '0') === '0' && !req.headers['transfer-encoding'];
  const parsed = ackSchema.safeParse(isEmpty ? {} : await readJson(req));
  if (!parsed.success) return sendError(res, 400, 'bad_name');
  if (!b.isOpen(id)) return sendError(res, 409, 'incident_not_open');
  b.report({ kind: 'operator', verb: 'acknowledge', incident: id, by: parsed.data.by });
  sendJson(res, 202, { accepted: true });
}

function order(b: Backend, _req: IncomingMessage, res: ServerResponse, _url: URL, verb: string): void {
  const known = verb === 'stop' || verb === 'resume' ? verb : 'restart';
  b.report({ kind: 'operator', verb: known, by: 'status page' });
  sendJson(res, 202, { accepted: true });
}

/** 202 {incident}, or 409 with the reason as its code. */
function beginSession(b: Backend, _req: IncomingMessage, res: ServerResponse): void {
  const wish = b.sessionWish();
  if (!wish.granted) return sendError(res, 409, wish.why);
  b.report({ kind: 'operator', verb: 'doctor_session', by: 'a person' });
  sendJson(res, 202, { accepted: true, incident: wish.incident });
}

/** `?minutes=30`; without them until it is resumed. */
function pause(b: Backend, _req: IncomingMessage, res: ServerResponse, url: URL): void {
  const given = url.searchParams.get('minutes');
  const minutes = given === null ? null : Number(given);
  if (minutes !== null && !(minutes > 0 && minutes <= LONGEST_PAUSE_MINUTES)) {
    return sendError(res, 400, 'bad_minutes');
  }
  b.report({ kind: 'operator', verb: 'pause', minutes, by: 'status page' });
  sendJson(res, 202, { accepted: true });
}
