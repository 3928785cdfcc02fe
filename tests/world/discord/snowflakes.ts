/** Discord's ids: milliseconds since the first of 2015 in the upper bits, a counter in the lower 22. */

const DISCORD_EPOCH_MS = 1_420_070_400_000;

export class Snowflakes {
  #last = 0n;
  #frozen: { at: number; left: number } | null = null;

  constructor(readonly now: () => number) {}

  /** The next so many ids get one time; they still differ in the counter. */
  freeze(times: number): void {
    this.#frozen = { at: this.now(), left: times };
  }

  /** Unique and rising. */
  next(): string {
    const fresh = BigInt(Math.floor(this.#time()) - DISCORD_EPOCH_MS) << 22n;
    this.#last = fresh > this.#last ? fresh : this.#last + 1n;
    return String(this.#last);
  }

  #time(): number {
    if (this.#frozen === null) return this.now();
    const { at } = this.#frozen;
    this.#frozen.left -= 1;
    if (this.#frozen.left <= 0) this.#frozen = null;
    return at;
  }
}

/** The wall clock, milliseconds, that an id carries. */
export function timeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;
}
