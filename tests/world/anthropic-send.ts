/** Sends one answer of the Anthropic stand-in, well or with a fault. */
import type { ServerResponse } from 'node:http';
import { sendAnthropicError } from '../../broker/anthropic-error.ts';
import type { Clock } from '../../src/clock.ts';
import { sendJson } from '../../src/offline-model/endpoint.ts';
import { wait } from '../../src/offline-model/wait.ts';
import {
  type AnswerIdentity,
  encodeEvents,
  encodeMessage,
  type ScriptedAnswer,
} from '../../src/offline-model/wire.ts';
import type { AnthropicFault } from './anthropic-fault.ts';

export type Sending = {
  res: ServerResponse;
  answer: ScriptedAnswer;
  identity: AnswerIdentity;
  stream: boolean;
  fault: AnthropicFault | null;
  clock: Pick<Clock, 'after'>;
};

/** Resolves when all was sent, or the client left. */
export async function send(sending: Sending): Promise<void> {
  const { res, fault, clock } = sending;
  switch (fault?.kind) {
    case undefined:
    case 'none':
    case 'refuse':
      return sendWell(sending, 0);
    case 'slow':
      if (await wait(clock, fault.headersMs, res)) await sendWell(sending, fault.eventsMs);
      return;
    case 'hang':
      return sendPart(sending, fault.afterEvents);
    case 'drop':
      sendPart(sending, fault.afterEvents);
      // Reset only after what was written has left, else the client would see none of it.
      return void res.write('', () => res.destroy());
    case 'status': {
      const { retryAfterSeconds } = fault;
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      return sendAnthropicError(res, fault.status, 'The test world was told to answer so.', headers);
    }
    case 'garbage':
      res.writeHead(200, { 'content-type': 'text/html' });
      return void res.end('<html>\u0000\ufffd not what you asked for');
  }
}

async function sendWell({ res, answer, identity, stream, clock }: Sending, betweenMs: number): Promise<void> {
  if (!stream) return sendJson(res, encodeMessage(answer, identity));
  beginStream(res);
  for (const [index, event] of encodeEvents(answer, identity).entries()) {
    if (index > 0 && !(await wait(clock, betweenMs, res))) return;
    res.write(event);
  }
  res.end();
}

/** A plain answer has no events: its first half stands for any number of them. */
function sendPart({ res, answer, identity, stream }: Sending, events: number): void {
  if (stream) {
    beginStream(res);
    res.write(encodeEvents(answer, identity).slice(0, events).join('') || ': nothing yet\n\n');
    return;
  }
  const body = JSON.stringify(encodeMessage(answer, identity));
  res.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  });
  res.write(body.slice(0, body.length / 2));
}

function beginStream(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  res.flushHeaders();
}
