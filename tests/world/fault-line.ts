/** The faults waiting in front of a stand-in: each holds for a number of requests, then the next or none. */
import type * as z from 'zod';
import type { Loopback } from './loopback.ts';

export type Counted = { kind: string; times?: number | undefined };

export class FaultLine<Fault extends Counted> {
  #waiting: { fault: Fault; left: number }[] = [];

  /** Without `times` a fault holds until `clear()`. */
  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault for this request, null when it is to be served well. */
  take(): Fault | null {
    const first = this.#waiting[0];
    if (first === undefined) return null;
    first.left -= 1;
    if (first.left <= 0) this.#waiting.shift();
    return first.fault;
  }
}

/**
 * Takes faults as JSON: `none` ends them all and listens again, `refuse` closes the port, others wait in line.
 * The returned function throws a ZodError for a fault that the schema does not know.
 */
export function takeFaults<Fault extends Counted>(
  schema: z.ZodType<Fault>,
  faults: FaultLine<Fault>,
  server: Loopback,
): (json: unknown) => Promise<void> {
  return async (json) => {
    const fault = schema.parse(json);
    if (fault.kind === 'refuse') return server.refuse();
    if (fault.kind !== 'none') return faults.add(fault);
    faults.clear();
    return server.accept();
  };
}
