/**
 * Keeps an incident's first message up to date. Only the newest progress counts; edits never hold up a message.
 * Lost with the process: the next progress brings the message up to date again.
 */
import type { PageProgress } from '../../contracts/action.ts';
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { PostResult } from './post.ts';

/** Discord takes about five requests in two seconds per webhook; a person reads far slower. */
const GAP_MS = 2000;
/** After this many failures in a row the progress is dropped; the next one tries anew. */
const TRIES = 5;
/** Progress without a message is kept for the message that may still come, for this many incidents. */
const KEPT = 5;

export type EditorParts = {
  clock: Clock;
  /** Null when there is no message yet. */
  edit: (progress: PageProgress) => Promise<PostResult | null>;
};

export class ProgressEditor {
  /** By incident. */
  #wanted = new Map<string, { progress: PageProgress; failures: number }>();
  #cancelWait: (() => void) | null = null;
  #editing = false;
  #stopped = false;

  constructor(readonly parts: EditorParts) {}

  want(progress: PageProgress): void {
    this.#wanted.delete(progress.incident);
    this.#wanted.set(progress.incident, { progress, failures: 0 });
    for (const oldest of [...this.#wanted.keys()].slice(0, -KEPT)) this.#wanted.delete(oldest);
    this.poke();
  }

  /** Looks whether something can be edited now. */
  poke(): void {
    if (!this.#editing && !this.#stopped && this.#cancelWait === null) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  async #run(): Promise<void> {
    this.#editing = true;
    let wait: number | null = null;
    for (const [incident, entry] of [...this.#wanted]) {
      if (this.#stopped || wait !== null) break;
      wait = this.#settle(incident, entry, await this.parts.edit(entry.progress));
    }
    this.#editing = false;
    if (wait !== null && !this.#stopped) this.#pokeAfter(wait);
  }

  /** @returns how long to wait before the next edit; null when nothing was sent */
  #settle(
    incident: string,
    entry: { progress: PageProgress; failures: number },
    result: PostResult | null,
  ): number | null {
    if (result === null) return null;
    const isNewest = this.#wanted.get(incident) === entry;
    if (result.kind === 'retry') {
      entry.failures += 1;
      if (entry.failures >= TRIES && isNewest) this.#wanted.delete(incident);
      return result.afterMs ?? GAP_MS * 2 ** entry.failures;
    }
    if (isNewest) this.#wanted.delete(incident);
    return GAP_MS;
  }

  #pokeAfter(ms: number): void {
    this.#cancelWait = this.parts.clock.after(ms, () => {
      this.#cancelWait = null;
      this.poke();
    });
  }
}
