/** How the copilot-api stand-in can misbehave. All times in milliseconds unless named otherwise. */
import * as z from 'zod';

const times = z.number().int().positive().optional();
const ms = z.number().int().nonnegative();
/** Stream events sent before it happens. */
const afterEvents = z.number().int().nonnegative().default(2);

export const copilotFaultSchema = z.discriminatedUnion('kind', [
  /** Back to good behaviour, listening again. */
  z.object({ kind: z.literal('none'), times }),
  /** Connections are refused until `none`. */
  z.object({ kind: z.literal('refuse'), times }),
  /** Answers well, but late: before the headers, and between two stream events. */
  z.object({ kind: z.literal('slow'), headersMs: ms.default(0), eventsMs: ms.default(0), times }),
  /** Sends so many events and then nothing more, on an open connection. */
  z.object({ kind: z.literal('hang'), afterEvents, times }),
  /** Sends so many events and then resets the connection. */
  z.object({ kind: z.literal('drop'), afterEvents, times }),
  /** Sends so many events and then ends the answer in good order, without `[DONE]`. */
  z.object({ kind: z.literal('cut'), afterEvents, times }),
  /** An error as the proxy passes it on: 400, 401, 429, 500, … It drops Retry-After unless told to send one. */
  z.object({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    times,
  }),
  /** 200 with bytes that are neither an event stream nor JSON. */
  z.object({ kind: z.literal('garbage'), times }),
  /** A well-formed answer that says nothing. */
  z.object({ kind: z.literal('empty'), times }),
  /** The model ran into its limit of tokens. */
  z.object({ kind: z.literal('length'), times }),
]);
export type CopilotFault = z.infer<typeof copilotFaultSchema>;

export const COPILOT_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'none' },
  { kind: 'refuse' },
  { kind: 'slow', headersMs: 2000, eventsMs: 200, times: 1 },
  { kind: 'hang', afterEvents: 2, times: 1 },
  { kind: 'drop', afterEvents: 2, times: 1 },
  { kind: 'cut', afterEvents: 2, times: 1 },
  { kind: 'status', status: 429, retryAfterSeconds: 1, times: 2 },
  { kind: 'garbage', times: 1 },
  { kind: 'empty', times: 1 },
  { kind: 'length', times: 1 },
];
