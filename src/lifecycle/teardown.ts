/** What has to be closed at the end, in the opposite order of its opening. Grows while the service starts. */
export class Teardown {
  readonly #closers: Array<() => unknown> = [];
  /** Says a line in the log, once there is one. */
  announce: (line: string) => void = () => undefined;

  add(closer: () => unknown): void {
    this.#closers.push(closer);
  }

  /** Closes everything; one part that fails doesn't keep the others open. May be called again. */
  async run(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) {
      try {
        await closer();
      } catch (error) {
        this.announce(`a part did not close: ${(error as Error).message}`);
      }
    }
    this.announce('stopped');
  }
}
