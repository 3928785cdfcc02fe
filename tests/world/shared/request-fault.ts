/** How an HTTP API can misbehave, request by request. Both chat platforms know these. */
import * as z from 'zod';
import type { Clock } from '../../../src/clock.ts';

const scope = {
  /** Only requests whose name (`chat.postMessage`, `POST /channels/…`) contains this; all without it. */
  on: z.string().optional(),
  /** So many requests, then good again. Neither this nor `forMs`: until `none`. */
  times: z.number().int().positive().optional(),
  forMs: z.number().int().positive().optional(),
};
const close = z.enum(['reset', 'fin']).default('reset');

export const requestFaultSchemas = [
  /** 429; nothing is carried out. `global` means something on Discord only. */
  z.object({
    kind: z.literal('rate_limit'),
    retryAfterSeconds: z.number().nonnegative().default(1),
    global: z.boolean().default(false),
    ...scope,
  }),
  /** 5xx; nothing is carried out. */
  z.object({ kind: z.literal('status'), status: z.number().int().min(500).max(599).default(503), ...scope }),
  /** The connection breaks before the request had any effect. */
  z.object({ kind: z.literal('reset'), close, ...scope }),
  /** The request is carried out, then the connection breaks instead of an answer. */
  z.object({ kind: z.literal('lost'), close, ...scope }),
  /** Never answered; `taken`: carried out all the same. */
  z.object({ kind: z.literal('hang'), taken: z.boolean().default(false), ...scope }),
  /** Carried out, answered so many milliseconds late. */
  z.object({ kind: z.literal('slow'), ms: z.number().int().nonnegative(), ...scope }),
] as const;

export type RequestFault = z.infer<(typeof requestFaultSchemas)[number]>;
/** How a connection ends: `reset` = RST, seen as ECONNRESET; `fin` = an orderly end in the middle of things. */
export type Ending = z.infer<typeof close>;

export const REQUEST_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'rate_limit', retryAfterSeconds: 1, times: 1 },
  { kind: 'status', status: 503, times: 2 },
  { kind: 'reset', times: 1 },
  { kind: 'lost', close: 'fin', times: 1 },
  { kind: 'hang', taken: true, times: 1 },
  { kind: 'slow', ms: 500, forMs: 10_000 },
];

/** The faults in force; each request gets the oldest that fits it. */
export class RequestFaults {
  #inForce: { fault: RequestFault; left: number; ends: number }[] = [];

  constructor(readonly clock: Pick<Clock, 'monotonic'>) {}

  add(fault: RequestFault): void {
    const ends = this.clock.monotonic() + (fault.forMs ?? Number.POSITIVE_INFINITY);
    this.#inForce.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY, ends });
  }

  clear(): void {
    this.#inForce = [];
  }

  take(name: string): RequestFault | null {
    const now = this.clock.monotonic();
    this.#inForce = this.#inForce.filter(({ left, ends }) => left > 0 && now < ends);
    const first = this.#inForce.find(({ fault }) => name.includes(fault.on ?? ''));
    if (first === undefined) return null;
    first.left -= 1;
    return first.fault;
  }
}
