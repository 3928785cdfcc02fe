/**
 * The offline model as a node:http handler that speaks the Messages API. It answers while no model sign-in
 * exists, so that the whole way of a message can be seen, broken and seen to heal.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendAnthropicError } from '../../broker/anthropic-error.ts';
import type { Clock } from '../clock.ts';
import { parseMessagesRequest, readBody } from './body.ts';
import { endpointOf, explain, sendJson } from './endpoint.ts';
import { estimateTokens, respond } from './respond.ts';
import { wait } from './wait.ts';
import { encodeEvents, encodeMessage } from './wire.ts';

export type OfflineModelOptions = {
  clock: Pick<Clock, 'after'>;
  /** Letters, digits, `_` and `-`; unique per call. */
  newId(): string;
};

export function createOfflineModel(options: OfflineModelOptions) {
  return {
    /** Never throws: what goes wrong is answered in Anthropic's error shape. */
    handle(req: IncomingMessage, res: ServerResponse): void {
      answer(req, res, options).catch((error: unknown) => sendAnthropicError(res, ...explain(error)));
    },
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  options: OfflineModelOptions,
): Promise<void> {
  const path = (req.url ?? '').split('?', 1)[0] ?? '';
  const endpoint = endpointOf(req.method ?? '', path);
  if (endpoint === null) return sendAnthropicError(res, 404, `There is nothing at ${req.method} ${path}.`);
  if (typeof endpoint === 'object') return sendJson(res, endpoint);
  const request = parseMessagesRequest(await readBody(req));
  if (endpoint === 'count_tokens') return sendJson(res, { input_tokens: estimateTokens(request.messages) });
  const scripted = respond(request);
  if (!(await wait(options.clock, scripted.delayMs, res))) return;
  const identity = { id: options.newId(), model: request.model };
  if (request.stream !== true) return sendJson(res, encodeMessage(scripted.answer, identity));
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  res.end(encodeEvents(scripted.answer, identity).join(''));
}
