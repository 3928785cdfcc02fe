/** How the endpoints that grant tokens can misbehave. All times in milliseconds unless named otherwise. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Clock } from '../../../src/clock.ts';
import { wait } from '../../../src/offline-model/wait.ts';

const times = z.number().int().positive().optional();

export const tokenFaultSchema = z.discriminatedUnion('kind', [
  /** Back to good behaviour, listening again. */
  z.object({ kind: z.literal('none'), times }),
  /** Connections are refused until `none`. */
  z.object({ kind: z.literal('refuse'), times }),
  /** 403 as an edge's page, 429, 500, …; nothing is carried out. */
  z.object({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    times,
  }),
  /** The token that is presented is dead from now on. */
  z.object({ kind: z.literal('revoke'), times }),
  /** Carried out, then the connection breaks instead of an answer. */
  z.object({ kind: z.literal('lost'), times }),
  /** Never answered; `taken`: carried out all the same. */
  z.object({ kind: z.literal('hang'), taken: z.boolean().default(true), times }),
  /** Carried out at once, answered late. */
  z.object({ kind: z.literal('slow'), ms: z.number().int().nonnegative(), times }),
  /** Carried out, and answered with something that is no JSON. */
  z.object({ kind: z.literal('garbage'), times }),
]);
export type TokenFault = z.infer<typeof tokenFaultSchema>;

export const TOKEN_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'none' },
  { kind: 'refuse' },
  { kind: 'status', status: 403, times: 1 },
  { kind: 'status', status: 500, retryAfterSeconds: 30, times: 1 },
  { kind: 'revoke', times: 1 },
  { kind: 'lost', times: 1 },
  { kind: 'hang', taken: true, times: 1 },
  { kind: 'slow', ms: 2000, times: 1 },
  { kind: 'garbage', times: 1 },
];

export type TokenAnswer = { status: number; body: object };

export type Serving = {
  req: IncomingMessage;
  res: ServerResponse;
  fault: TokenFault | null;
  clock: Pick<Clock, 'after'>;
  carryOut(): TokenAnswer;
  revoke(): void;
};

/** Resolves when the answer is on its way, or there will be none. */
export async function serveToken({ req, res, fault, clock, carryOut, revoke }: Serving): Promise<void> {
  switch (fault?.kind) {
    case undefined:
    case 'none':
    case 'refuse':
      return answer(res, carryOut());
    case 'status': {
      const { status, retryAfterSeconds } = fault;
      if (retryAfterSeconds !== undefined) res.setHeader('retry-after', retryAfterSeconds);
      return void res.writeHead(status, { 'content-type': 'text/html' }).end(`<html>${status}</html>`);
    }
    case 'revoke':
      revoke();
      return answer(res, carryOut());
    case 'lost':
      carryOut();
      return void req.socket.resetAndDestroy();
    case 'hang':
      if (fault.taken) carryOut();
      return;
    case 'slow': {
      const late = carryOut();
      if (await wait(clock, fault.ms, res)) answer(res, late);
      return;
    }
    case 'garbage':
      carryOut();
      return void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>not a token');
  }
}

function answer(res: ServerResponse, { status, body }: TokenAnswer): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}
