/** The faults waiting in front of a stand-in: each holds for a number of requests, then the next or none. */

export type Counted = { times?: number | undefined };

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
