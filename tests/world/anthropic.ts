/**
 * A stand-in for Anthropic's Messages API on loopback, true enough for the unmodified Claude Code and Agent SDK.
 * It checks credentials, keeps every request, answers from a script and misbehaves on command.
 * Further endpoints (OAuth tokens) get their own file and one line in `route`.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { sendAnthropicError } from '../../broker/anthropic-error.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { parseMessagesRequest, readBody } from '../../src/offline-model/body.ts';
import { endpointOf, explain, sendJson } from '../../src/offline-model/endpoint.ts';
import type { MessagesRequest } from '../../src/offline-model/request.ts';
import { estimateTokens } from '../../src/offline-model/respond.ts';
import { wait } from '../../src/offline-model/wait.ts';
import { ANTHROPIC_FAULT_EXAMPLES, type AnthropicFault, anthropicFaultSchema } from './anthropic-fault.ts';
import { AnthropicScript, type Matcher } from './anthropic-script.ts';
import { send } from './anthropic-send.ts';
import { FaultLine, takeFaults } from './fault-line.ts';
import { listenOnLoopback } from './loopback.ts';
import type { StandIn } from './stand-in.ts';

/** Accepted unless told otherwise; shaped like real ones, since clients look at the prefix. */
export const WORLD_OAUTH_TOKEN = 'sk-ant-oat01-test-world';
export const WORLD_API_KEY = 'sk-ant-api03-test-world';

export type AnthropicOptions = {
  /** 0 or none: a free one. */
  port?: number;
  oauthTokens?: readonly string[];
  apiKeys?: readonly string[];
  /** Whether default answers carry the offline model's label. */
  label?: boolean;
  clock?: Clock;
};

export type AnthropicRequest = {
  /** Wall clock when its headers arrived, milliseconds, with fractions. */
  at: number;
  method: string;
  path: string;
  headerNames: string[];
  credential: { kind: 'oauth' | 'api_key' | 'both' | 'none'; accepted: boolean };
  /** Null until it was read, and when it is no Messages request. */
  body: MessagesRequest | null;
};

export interface Anthropic extends StandIn {
  readonly requests: readonly AnthropicRequest[];
  readonly script: Pick<AnthropicScript, 'queue' | 'match'>;
}

export type { Matcher };

export async function startAnthropic(options: AnthropicOptions = {}): Promise<Anthropic> {
  const requests: AnthropicRequest[] = [];
  const script = new AnthropicScript(options.label ?? false);
  const faults = new FaultLine<AnthropicFault>();
  const clock = options.clock ?? systemClock;
  const server = await listenOnLoopback(options.port ?? 0, (req, res) => {
    const record = recordOf(req, options);
    requests.push(record);
    route({ req, res, record, script, faults, clock }).catch((error: unknown) =>
      sendAnthropicError(res, ...explain(error)),
    );
  });
  return {
    url: server.url,
    requests,
    script,
    faults: ANTHROPIC_FAULT_EXAMPLES,
    received: () =>
      requests.map(({ body, ...seen }) => ({ ...seen, messages: body?.messages.length ?? null })),
    misbehave: takeFaults(anthropicFaultSchema, faults, server),
    stop: () => server.refuse(),
  };
}

type Handling = {
  req: IncomingMessage;
  res: ServerResponse;
  record: AnthropicRequest;
  script: AnthropicScript;
  faults: FaultLine<AnthropicFault>;
  clock: Clock;
};

async function route({ req, res, record, script, faults, clock }: Handling): Promise<void> {
  const endpoint = endpointOf(record.method, record.path.split('?', 1)[0] ?? '');
  if (endpoint === null) return sendAnthropicError(res, 404, 'Not found');
  if (typeof endpoint === 'object') return sendJson(res, endpoint);
  const request = parseMessagesRequest(await readBody(req));
  record.body = request;
  if (!record.credential.accepted) return sendAnthropicError(res, 401, 'invalid credential');
  if (endpoint === 'count_tokens') return sendJson(res, { input_tokens: estimateTokens(request.messages) });
  const fault = faults.take();
  const served = fault === null || fault.kind === 'slow' || fault.kind === 'hang' || fault.kind === 'drop';
  // A fault that answers nothing of the script leaves the script as it is: the client will ask again.
  const { answer, delayMs } = served ? script.answer(request) : NOTHING;
  if (!(await wait(clock, delayMs, res))) return;
  const identity = { id: randomUUID(), model: request.model };
  await send({ res, answer, identity, stream: request.stream === true, fault, clock });
}

const NOTHING = {
  answer: { blocks: [], stopReason: 'end_turn' as const, usage: { inputTokens: 0, outputTokens: 0 } },
  delayMs: 0,
};

function recordOf(req: IncomingMessage, options: AnthropicOptions): AnthropicRequest {
  return {
    at: performance.timeOrigin + performance.now(),
    method: req.method ?? '',
    path: req.url ?? '',
    headerNames: Object.keys(req.headers),
    credential: judge(req.headers, options),
    body: null,
  };
}

/** Exactly one credential is right; two at once are refused, since the real API would choose for us. */
function judge(headers: IncomingHttpHeaders, options: AnthropicOptions): AnthropicRequest['credential'] {
  const { oauthTokens = [WORLD_OAUTH_TOKEN], apiKeys = [WORLD_API_KEY] } = options;
  const token = headers.authorization?.replace(/^Bearer /i, '');
  const key = headers['x-api-key'];
  if (token !== undefined && key !== undefined) return { kind: 'both', accepted: false };
  if (token !== undefined) {
    const flagged = String(headers['anthropic-beta'] ?? '').includes('oauth-2025-04-20');
    return { kind: 'oauth', accepted: flagged && oauthTokens.includes(token) };
  }
  if (typeof key === 'string') return { kind: 'api_key', accepted: apiKeys.includes(key) };
  return { kind: 'none', accepted: false };
}
