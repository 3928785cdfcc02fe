/** Sends one answer of the copilot-api stand-in, well or with a fault. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/clock.ts';
import { sendJson } from '../../../src/offline-model/endpoint.ts';
import { wait } from '../../../src/offline-model/wait.ts';
import type { CopilotFault } from './fault.ts';

/** The same answer in both forms. */
export type Encoded = { whole: object; events: readonly string[] };

export type Sending = {
  res: ServerResponse;
  /** Encodes what the fault leaves of the answer. */
  encode: (change: { text?: string; isCutByLength?: boolean }) => Encoded;
  stream: boolean;
  fault: CopilotFault | null;
  clock: Pick<Clock, 'after'>;
};

/** Resolves when all was sent, or the client left. */
export async function send(sending: Sending): Promise<void> {
  const { res, fault, clock, encode } = sending;
  switch (fault?.kind) {
    case undefined:
    case 'none':
    case 'refuse':
      return sendWell(sending, encode({}), 0);
    case 'slow':
      if (await wait(clock, fault.headersMs, res)) await sendWell(sending, encode({}), fault.eventsMs);
      return;
    case 'hang':
      return sendPart(sending, fault.afterEvents);
    case 'drop':
      sendPart(sending, fault.afterEvents);
      // Reset only after what was written has left, else the client would see none of it.
      return void res.write('', () => res.destroy());
    case 'cut':
      sendPart(sending, fault.afterEvents);
      return void res.end();
    case 'status':
      return sendCopilotError(
        res,
        fault.status,
        'The test world was told to answer so.',
        fault.retryAfterSeconds,
      );
    case 'garbage':
      res.writeHead(200, { 'content-type': 'text/html' });
      return void res.end('<html>\u0000\ufffd not what you asked for</html>\n\n');
    case 'empty':
      return sendWell(sending, encode({ text: '' }), 0);
    case 'length':
      return sendWell(sending, encode({ isCutByLength: true }), 0);
  }
}

/** As copilot-api 0.7.0 puts every error: the upstream's status and body, without its headers. */
export function sendCopilotError(
  res: ServerResponse,
  status: number,
  message: string,
  retryAfterSeconds?: number,
): void {
  if (res.headersSent) return void res.destroy();
  const limit = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  res.writeHead(status, { 'content-type': 'application/json', ...limit });
  res.end(JSON.stringify({ error: { message, type: 'error' } }));
}

async function sendWell(
  { res, stream, clock }: Sending,
  { whole, events }: Encoded,
  betweenMs: number,
): Promise<void> {
  if (!stream) return sendJson(res, whole);
  beginStream(res);
  for (const [index, event] of events.entries()) {
    if (index > 0 && !(await wait(clock, betweenMs, res))) return;
    res.write(event);
  }
  res.end();
}

/** A plain answer has no events: its first half stands for any number of them. */
function sendPart({ res, encode, stream }: Sending, count: number): void {
  const { whole, events } = encode({});
  if (stream) {
    beginStream(res);
    res.write(events.slice(0, count).join('') || ': nothing yet\n\n');
    return;
  }
  const body = JSON.stringify(whole);
  res.writeHead(200, { 'content-type': 'application/json' });
  res.write(body.slice(0, body.length / 2));
}

function beginStream(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  res.flushHeaders();
}
