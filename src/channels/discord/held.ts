/** What came live while the history of its chat was still to be read, in order and bounded. */
import { type Item, isInHistory } from './recorder.ts';

const LIMIT = 500;

export class Held {
  #items: Item[] = [];

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Of too much the oldest message goes: it comes out of the history anyway. */
  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length <= LIMIT) return;
    this.#items.splice(Math.max(0, this.#items.findIndex(isInHistory)), 1);
  }

  /** Takes everything out. */
  takeAll(): Item[] {
    return this.#items.splice(0);
  }

  /** Puts back what could not be stored. */
  putBack(items: readonly Item[]): void {
    this.#items.unshift(...items);
  }
}
