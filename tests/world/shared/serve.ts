/** Answers one HTTP request of a stand-in, well or with a fault, and notes what became of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../src/clock.ts';
import { wait } from '../../../src/offline-model/wait.ts';
import type { Ending, RequestFault } from './request-fault.ts';

export type Answer = {
  status: number;
  headers?: Record<string, string>;
  /** A string or bytes go out as they are, an object as JSON, null as nothing. */
  body: object | string | Buffer | null;
};

export type SeenRequest = {
  /** Wall clock, milliseconds, when it was read. */
  at: number;
  method: string;
  /** Without the host; no credential is ever part of it. */
  path: string;
  /** What it asked for: Slack's method, or `POST /channels/1/messages`. */
  name: string;
  body: unknown;
  /** Whether it was carried out. */
  carriedOut: boolean;
  /** What was answered; 0 while nothing was. */
  status: number;
  /** The fault it met. */
  fault: RequestFault['kind'] | null;
};

export type Serving = {
  req: IncomingMessage;
  res: ServerResponse;
  seen: SeenRequest;
  fault: RequestFault | null;
  clock: Pick<Clock, 'after'>;
  carryOut: () => Answer;
  /** The platform's way to say 429. */
  limited: (retryAfterSeconds: number, global: boolean) => Answer;
};

/** Resolves when the answer is on its way, or there will be none. */
export async function serve(serving: Serving): Promise<void> {
  const { req, res, seen, fault, clock, limited } = serving;
  seen.fault = fault?.kind ?? null;
  switch (fault?.kind) {
    case undefined:
      return answer(res, seen, carryOut(serving));
    case 'rate_limit':
      return answer(res, seen, limited(fault.retryAfterSeconds, fault.global));
    case 'status':
      return answer(res, seen, { status: fault.status, body: `${fault.status}: told to answer so` });
    case 'reset':
      return breakOff(req, fault.close);
    case 'lost':
      carryOut(serving);
      return breakOff(req, fault.close);
    case 'hang':
      if (fault.taken) carryOut(serving);
      return;
    case 'slow': {
      const late = carryOut(serving);
      if (await wait(clock, fault.ms, res)) answer(res, seen, late);
    }
  }
}

function carryOut({ seen, carryOut: run }: Serving): Answer {
  const result = run();
  seen.carriedOut = result.status < 400;
  return result;
}

function breakOff(req: IncomingMessage, ending: Ending): void {
  if (ending === 'reset') req.socket.resetAndDestroy();
  else req.socket.destroy();
}

function answer(res: ServerResponse, seen: SeenRequest, { status, headers = {}, body }: Answer): void {
  seen.status = status;
  if (body === null) return void res.writeHead(status, headers).end();
  if (typeof body === 'string' || Buffer.isBuffer(body)) return void res.writeHead(status, headers).end(body);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  res.end(JSON.stringify(body));
}
