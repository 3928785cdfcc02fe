/**
 * The Threads calls that the host itself makes, where a person let a post go out. They take the way that the agents'
 * take: whether the group may is asked anew, the token is put in here, and each call leaves a record. The caller never
 * holds the token, and no error is ever repeated, since the address holds it.
 */
import { text } from 'node:stream/consumers';
import { hostOf } from './destination.ts';
import { withToken } from './threads.ts';
import type { BrokerRecord, ThreadsUpstream } from './types.ts';
import type { Upstreams } from './upstream.ts';

export type ThreadsCall = {
  /** For whom; goes into the record. */
  group: string;
  /** Below the API's base address, for example `/v1.0/me/threads`. */
  path: string;
  fields: Readonly<Record<string, string>>;
};

export type ThreadsReply =
  /** `text` without the token, wherever the API put it. */
  | { kind: 'answered'; status: number; text: string }
  /** Not asked: the group may not, or there is no valid token. */
  | { kind: 'refused'; reason: string }
  /** Asked, and nobody knows what became of it. */
  | { kind: 'lost' };

export type ThreadsCallOptions = {
  upstream(group: string): Promise<ThreadsUpstream>;
  upstreams: Upstreams;
  onRequest(record: BrokerRecord): void;
  /** Milliseconds that only rise. */
  monotonic(): number;
};

const DEADLINE_MS = 15_000;

/** Posts one call. Never rejects but by what `upstream` rejects with. */
export async function callThreads(call: ThreadsCall, options: ThreadsCallOptions): Promise<ThreadsReply> {
  const started = options.monotonic();
  const upstream = await options.upstream(call.group);
  const reply = upstream.kind === 'http' ? await post(call, upstream, options.upstreams) : upstream;
  options.onRequest(recordOf(call, upstream, reply, (options.monotonic() - started) / 1000));
  return reply;
}

async function post(
  { path, fields }: ThreadsCall,
  { baseUrl, token }: Extract<ThreadsUpstream, { kind: 'http' }>,
  upstreams: Upstreams,
): Promise<ThreadsReply> {
  try {
    const base = new URL(baseUrl);
    const answer = await upstreams.ask({
      base,
      path: base.pathname.replace(/\/$/, '') + withToken(`${path}?${new URLSearchParams(fields)}`, token),
      method: 'POST',
      headers: {},
      body: null,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const said = await text(answer);
    return { kind: 'answered', status: answer.statusCode ?? 0, text: said.replaceAll(token, '') };
  } catch {
    return { kind: 'lost' }; // its message could hold the address
  }
}

function recordOf(
  { group, path }: ThreadsCall,
  upstream: ThreadsUpstream,
  reply: ThreadsReply,
  durationSeconds: number,
): BrokerRecord {
  const outcomes = { answered: 'answered', refused: 'refused', lost: 'upstream_failed' } as const;
  return {
    ...{ group, method: 'POST', path: `/threads${path}`, outcome: outcomes[reply.kind], durationSeconds },
    status: reply.kind === 'answered' ? reply.status : null,
    bytesIn: 0,
    bytesOut: reply.kind === 'answered' ? Buffer.byteLength(reply.text) : 0,
    ...{ turn: null, tokens: null, toolCalls: [], model: null },
    upstream: upstream.kind === 'http' ? hostOf(upstream.baseUrl) : null,
  };
}
