/** Slack's Web API over HTTP: who asks, may they, is it too fast; then the method. Files and response URLs too. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/clock.ts';
import { type Body, readFields } from '../shared/body.ts';
import type { RequestFaults } from '../shared/request-fault.ts';
import { type Answer, type SeenRequest, serve } from '../shared/serve.ts';
import type { SlackToken } from './description.ts';
import { Arguments, type Method, type MethodWorld, SlackError } from './method.ts';
import { APP_METHODS } from './methods-app.ts';
import { CHAT_METHODS } from './methods-chat.ts';
import { READ_METHODS } from './methods-read.ts';

const METHODS: Readonly<Record<string, Method>> = { ...APP_METHODS, ...CHAT_METHODS, ...READ_METHODS };

export type WebApi = MethodWorld & {
  requests: SeenRequest[];
  faults: RequestFaults;
  clock: Clock;
  /** False: every token is refused as revoked. */
  authValid: () => boolean;
  /** Least time between two posts to one channel, milliseconds; 0 for any. */
  postEveryMs: number;
  lastPosts: Map<string, number>;
  responded: (token: string, fields: Record<string, unknown>) => void;
};

export async function handleWebApi(api: WebApi, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://loopback');
  const name = /\/api\/([\w.]+)$/.exec(url.pathname)?.[1] ?? url.pathname;
  const body = await readFields(req);
  const { token: sent, ...fields } = { ...Object.fromEntries(url.searchParams), ...body.fields };
  const token = req.headers.authorization?.replace(/^Bearer /i, '') ?? String(sent ?? '');
  const seen: SeenRequest = {
    ...{ at: api.clock.now(), method: req.method ?? '', path: url.pathname, name, body: fields },
    ...{ carriedOut: false, status: 0, fault: null },
  };
  api.requests.push(seen);
  const fault = api.faults.take(name);
  const carryOut = () => answerTo(api, { name, token, fields, body });
  await serve({ req, res, seen, fault, clock: api.clock, carryOut, limited });
  api.changed();
}

type Asked = { name: string; token: string; fields: Record<string, unknown>; body: Body };

function answerTo(api: WebApi, asked: Asked): Answer {
  if (asked.name.startsWith('/')) return answerOutsideApi(api, asked);
  try {
    return ok({ ok: true, ...call(api, asked) });
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    if (error.error === 'ratelimited') return limited(1);
    return ok({ ok: false, error: error.error, ...error.details });
  }
}

function call(api: WebApi, { name, token: sent, fields, body }: Asked): object {
  const method = METHODS[name];
  if (method === undefined) throw new SlackError('unknown_method', { req_method: name });
  if (sent === '') throw new SlackError('not_authed');
  const token = api.store.description.tokens.find((known) => known.token === sent);
  if (token === undefined) throw new SlackError('invalid_auth');
  if (!api.authValid()) throw new SlackError('token_revoked');
  if (token.kind !== method.kind) throw new SlackError('not_allowed_token_type');
  checkScopes(method, token);
  if (name === 'chat.postMessage') checkPace(api, String(fields.channel));
  return method.run({ ...api, token, args: new Arguments(fields, body.files) });
}

function checkScopes({ scopes }: Method, token: SlackToken): void {
  if (scopes.length === 0 || scopes.some((scope) => token.scopes.includes(scope))) return;
  throw new SlackError('missing_scope', { needed: scopes.join(','), provided: token.scopes.join(',') });
}

function checkPace({ clock, lastPosts, postEveryMs }: WebApi, channel: string): void {
  const now = clock.monotonic();
  if (now - (lastPosts.get(channel) ?? Number.NEGATIVE_INFINITY) < postEveryMs) {
    throw new SlackError('ratelimited');
  }
  lastPosts.set(channel, now);
}

/** Uploads, downloads and the response URLs of commands. */
function answerOutsideApi(api: WebApi, { name, token, fields, body }: Asked): Answer {
  const [, place = '', first = '', second = ''] = name.split('/');
  if (place === 'upload') {
    const file = api.store.files.get(second);
    if (file === undefined) return { status: 404, body: 'no such upload' };
    file.bytes =
      body.files[0]?.bytes ?? (typeof fields.body === 'string' ? Buffer.from(fields.body) : body.raw);
    return { status: 200, body: `OK - ${file.bytes.length}` };
  }
  if (place === 'files-pri') return download(api, first, token);
  if (place === 'commands') {
    api.responded(first, fields);
    return { status: 200, body: 'ok' };
  }
  return { status: 404, body: 'not found' };
}

/** Slack answers a download without a valid token with its sign-in page and 200, which clients save as the file. */
function download(api: WebApi, place: string, sent: string): Answer {
  const token = api.store.description.tokens.find((known) => known.token === sent);
  if (!token?.scopes.includes('files:read') || !api.authValid()) {
    return {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!DOCTYPE html><title>Slack</title>',
    };
  }
  const file = api.store.files.get(place.split('-')[1] ?? '');
  if (file === undefined || file.isDeleted) return { status: 404, body: 'no such file' };
  if (file.location !== undefined) return { status: 302, headers: { location: file.location }, body: null };
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`;
  const headers = { 'content-type': file.mimetype, 'content-disposition': disposition };
  return { status: 200, headers, body: file.bytes };
}

function limited(retryAfterSeconds: number): Answer {
  const headers = { 'retry-after': String(Math.ceil(retryAfterSeconds)) };
  return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
}

function ok(body: object): Answer {
  return { status: 200, body };
}
