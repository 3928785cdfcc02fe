/** Something that happens once, which others wait for or ask about. */
export class Gate<Value = void> {
  #open: (value: Value) => void = () => undefined;
  #isOpen = false;
  readonly opened = new Promise<Value>((resolve) => {
    this.#open = resolve;
  });

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The first value counts. */
  open(value: Value): void {
    this.#isOpen = true;
    this.#open(value);
  }
}
