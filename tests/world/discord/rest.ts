/** Discord's REST API, version 10: who asks, is it too fast; then the route. Attachments are fetched here too. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/clock.ts';
import { type Body, parseObject, readFields } from '../shared/body.ts';
import type { RequestFaults } from '../shared/request-fault.ts';
import { type Answer, type SeenRequest, serve } from '../shared/serve.ts';
import { type RateLimits, tooMany } from './rate-limits.ts';
import { DiscordError, type Route, type RouteWorld, refuse } from './route.ts';
import { BOT_ROUTES } from './routes-bot.ts';
import { INTERACTION_ROUTES } from './routes-interactions.ts';
import { MESSAGE_ROUTES } from './routes-messages.ts';

const ROUTES = [...BOT_ROUTES, ...MESSAGE_ROUTES, ...INTERACTION_ROUTES].map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:\w+/g, '([^/]+)')}$`),
}));

export type Rest = RouteWorld & {
  requests: SeenRequest[];
  faults: RequestFaults;
  limits: RateLimits;
  clock: Clock;
  tokenValid: (token: string) => boolean;
};

export async function handleRest(rest: Rest, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://loopback');
  const path = url.pathname.replace(/^\/api(\/v\d+)?/, '');
  const method = req.method ?? '';
  const body = await readFields(req);
  const json = jsonOf(body);
  const name = `${method} ${withoutTokens(path)}`;
  const seen: SeenRequest = {
    ...{ at: rest.clock.now(), method, path: withoutTokens(url.pathname), name, body: json },
    ...{ carriedOut: false, status: 0, fault: null },
  };
  rest.requests.push(seen);
  const fault = rest.faults.take(name);
  const token = req.headers.authorization?.replace(/^Bot /, '') ?? '';
  const carryOut = () => answerTo(rest, { method, path, query: url.searchParams, token, json, body });
  await serve({ req, res, seen, fault, clock: rest.clock, carryOut, limited: tooMany });
  rest.changed();
}

type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  token: string;
  json: Record<string, unknown>;
  body: Body;
};

function answerTo(rest: Rest, asked: Asked): Answer {
  if (asked.path.startsWith('/attachments/')) return rest.files.fetch(rest.store, asked.path, asked.query);
  const found = find(asked);
  const { headers, refusal } = rest.limits.count(`${asked.method} ${bucketOf(asked.path)}`);
  if (refusal !== null) return { ...refusal, headers: { ...headers, ...refusal.headers } };
  try {
    if (found === null) throw refuse.notFound();
    if (!found.route.open && !rest.tokenValid(asked.token)) throw refuse.unauthorized();
    const { query, json, body } = asked;
    const result = found.route.run({ ...rest, ids: found.ids, query, json, files: body.files });
    return result === null ? { status: 204, headers, body: null } : { status: 200, headers, body: result };
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    const { status, code, message, errors } = error;
    return { status, headers, body: { message, code, ...(errors === undefined ? {} : { errors }) } };
  }
}

function find({ method, path }: Asked): { route: Route; ids: string[] } | null {
  for (const { route, pattern } of ROUTES) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match !== null) return { route, ids: match.slice(1).map(decodeURIComponent) };
  }
  return null;
}

/** Arrays come as bodies of their own when commands are registered; they are kept under `list`. */
function jsonOf({ fields, raw }: Body): Record<string, unknown> {
  if (typeof fields.payload_json === 'string') return parseObject(fields.payload_json);
  if (raw.toString('utf8', 0, 1) === '[')
    return { list: parseObject(`{"list":${raw.toString('utf8')}}`).list };
  return fields;
}

/** Only the channel, guild or webhook of a path counts for its bucket; message ids don't. */
function bucketOf(path: string): string {
  return path.replace(/(\/messages|\/reactions|\/members)\/[^/]+/g, '$1/:id');
}

/** Tokens of interactions never reach the record. */
function withoutTokens(path: string): string {
  return path.replace(/^(.*\/(?:webhooks|interactions)\/\d+)\/[^/]+/, '$1/:token');
}
