/**
 * A stand-in for copilot-api on loopback: chat completions as OpenAI has them, messages as Anthropic has them, the
 * list of models, its rate limit. It keeps every request, answers from a script and misbehaves on command.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { BadRequestError, parseMessagesRequest, readBody } from '../../../src/offline-model/body.ts';
import { explain, sendJson } from '../../../src/offline-model/endpoint.ts';
import { encodeEvents, encodeMessage, type ScriptedAnswer } from '../../../src/offline-model/wire.ts';
import { FaultLine, takeFaults } from '../fault-line.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { StandIn } from '../stand-in.ts';
import { COPILOT_FAULT_EXAMPLES, type CopilotFault, copilotFaultSchema } from './fault.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { type Encoded, send, sendCopilotError } from './send.ts';
import { encodeChunks, encodeCompletion } from './wire.ts';

const MODELS = ['gpt-4o-mini', 'gpt-4.1', 'gpt-5-mini', 'claude-haiku-4.5'];

export type CopilotOptions = {
  /** 0 or none: a free one. */
  port?: number;
  /** None: no limit. The product's unit sets 10 s with waiting. */
  pace?: PaceOptions;
  clock?: Clock;
};

export type CopilotRequest = {
  /** Wall clock, milliseconds. */
  at: number;
  path: string;
  model: string;
  stream: boolean;
  messages: readonly { role: string; content: string }[];
};

export interface Copilot extends StandIn {
  readonly requests: readonly CopilotRequest[];
  /** Texts for the next requests, in order; then every question is echoed. */
  queue(...texts: string[]): void;
  /** What is said in place of the echo. */
  answerWith(words: (question: string) => string): void;
}

type Parts = {
  requests: CopilotRequest[];
  texts: string[];
  words(question: string): string;
  faults: FaultLine<CopilotFault>;
  pace: Pace;
  clock: Clock;
};

export async function startCopilot(options: CopilotOptions = {}): Promise<Copilot> {
  const clock = options.clock ?? systemClock;
  const parts: Parts = {
    requests: [],
    texts: [],
    words: (question) => `You said: ${question}`,
    faults: new FaultLine<CopilotFault>(),
    pace: new Pace(options.pace ?? { everyMs: 0, wait: true }, clock),
    clock,
  };
  const server = await listenOnLoopback(options.port ?? 0, (req, res) => {
    route(parts, req, res).catch((error: unknown) => sendCopilotError(res, ...explain(error)));
  });
  return {
    url: server.url,
    requests: parts.requests,
    queue: (...texts) => void parts.texts.push(...texts),
    answerWith(words) {
      parts.words = words;
    },
    faults: COPILOT_FAULT_EXAMPLES,
    received: () => parts.requests.map(({ messages, ...seen }) => ({ ...seen, messages: messages.length })),
    misbehave: takeFaults(copilotFaultSchema, parts.faults, server),
    stop: () => server.refuse(),
  };
}

async function route(parts: Parts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const path = (req.url ?? '').split('?', 1)[0] ?? '';
  const asked = `${req.method} ${path.replace(/^\/v1/, '')}`;
  if (asked === 'GET /') return void res.end('Server running');
  if (asked === 'GET /models') return sendJson(res, { object: 'list', data: MODELS.map(describeModel) });
  if (asked !== 'POST /chat/completions' && asked !== 'POST /messages') {
    return sendCopilotError(res, 404, 'Not Found');
  }
  const body = await readBody(req);
  if (!(await parts.pace.pass())) return sendCopilotError(res, 429, 'Rate limit exceeded');
  await (asked === 'POST /messages' ? answerMessages : answerChat)(parts, body, res);
}

const chatSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).min(1),
});

async function answerChat(parts: Parts, body: string, res: ServerResponse): Promise<void> {
  const parsed = chatSchema.safeParse(parseJson(body));
  if (!parsed.success) return sendCopilotError(res, 400, 'invalid request');
  const { model, stream, messages } = parsed.data;
  parts.requests.push({ at: parts.clock.now(), path: '/v1/chat/completions', model, stream, messages });
  if (!MODELS.includes(model)) return sendCopilotError(res, 400, 'The requested model is not supported.');
  const identity = { id: randomUUID(), model, created: Math.floor(parts.clock.now() / 1000) };
  const { fault, text } = next(parts, messages.at(-1)?.content ?? '');
  const encode = (change: Change): Encoded => {
    const answer = { text: change.text ?? text, finish: change.isCutByLength ? 'length' : 'stop' } as const;
    return { whole: encodeCompletion(answer, identity), events: encodeChunks(answer, identity) };
  };
  await send({ res, encode, stream, fault, clock: parts.clock });
}

type Change = { text?: string; isCutByLength?: boolean };

async function answerMessages(parts: Parts, body: string, res: ServerResponse): Promise<void> {
  const { model, stream = false, messages: asked } = parseMessagesRequest(body);
  const messages = asked.map(({ role, content }) => ({ role, content: JSON.stringify(content) }));
  parts.requests.push({ at: parts.clock.now(), path: '/v1/messages', model, stream, messages });
  const identity = { id: randomUUID(), model };
  const { fault, text } = next(parts, messages.at(-1)?.content ?? '');
  const encode = (change: Change): Encoded => {
    const answer: ScriptedAnswer = {
      blocks: [{ type: 'text', text: change.text ?? text }],
      stopReason: change.isCutByLength ? 'max_tokens' : 'end_turn',
      usage: { inputTokens: 50, outputTokens: 10 },
    };
    return { whole: encodeMessage(answer, identity), events: encodeEvents(answer, identity) };
  };
  await send({ res, encode, stream, fault, clock: parts.clock });
}

/** A fault that answers nothing of the script leaves the script as it is. */
function next(parts: Parts, question: string): { fault: CopilotFault | null; text: string } {
  const fault = parts.faults.take();
  const isScripted = fault === null || fault.kind === 'slow';
  return { fault, text: (isScripted ? parts.texts.shift() : undefined) ?? parts.words(question) };
}

function describeModel(id: string): object {
  return { id, object: 'model', type: 'model', created: 0, owned_by: 'copilot', display_name: id };
}

/** @throws BadRequestError */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadRequestError('The body is not valid JSON.', { cause });
  }
}
