/** How a stream of events can misbehave, event by event. Both chat platforms know these. */
import * as z from 'zod';
import type { Clock } from '../../../src/clock.ts';
import { FaultLine } from '../fault-line.ts';

/** So many events, then good again; without it until `none`. */
const times = z.number().int().positive().optional();

export const eventFaultSchemas = [
  z.object({ kind: z.literal('event_delay'), ms: z.number().int().positive(), times }),
  z.object({ kind: z.literal('event_duplicate'), times }),
  /** The event is never sent; history keeps the message. */
  z.object({ kind: z.literal('event_loss'), times }),
  /** The next so many events are held, then sent last one first. */
  z.object({ kind: z.literal('event_reorder'), times: z.number().int().min(2).default(2) }),
] as const;

export type EventFault = z.infer<(typeof eventFaultSchemas)[number]>;

export const EVENT_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'event_delay', ms: 500, times: 1 },
  { kind: 'event_duplicate', times: 1 },
  { kind: 'event_loss', times: 1 },
  { kind: 'event_reorder', times: 2 },
];

export class EventFaults {
  #line = new FaultLine<EventFault>();
  #held: (() => void)[] = [];

  constructor(readonly clock: Pick<Clock, 'after'>) {}

  add(fault: EventFault): void {
    this.#line.add(fault);
  }

  /** Good behaviour again; what was held goes out. */
  clear(): void {
    this.#line.clear();
    this.#release();
  }

  /** Sends an event, or what the fault in force makes of it. */
  pass(send: () => void): void {
    const fault = this.#line.take();
    switch (fault?.kind) {
      case undefined:
        return send();
      case 'event_delay':
        this.clock.after(fault.ms, send);
        return;
      case 'event_duplicate':
        send();
        return send();
      case 'event_loss':
        return;
      case 'event_reorder':
        this.#held.push(send);
        if (this.#held.length >= fault.times) this.#release();
    }
  }

  #release(): void {
    for (const send of this.#held.splice(0).reverse()) send();
  }
}
