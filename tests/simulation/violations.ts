/** A broken invariant, with the moment it was seen. */
export type Violation = { invariant: string; detail: string; at: number };

export class Violations {
  readonly found: Violation[] = [];

  constructor(readonly now: () => number) {}

  add(invariant: string, detail: string): void {
    // The first few tell everything; a broken core would fill the memory.
    if (this.found.length < 20) this.found.push({ invariant, detail, at: this.now() });
  }

  check(holds: boolean, invariant: string, detail: () => string): void {
    if (!holds) this.add(invariant, detail());
  }
}
