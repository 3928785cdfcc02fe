/**
 * What people and chats are called. Never fails and never keeps a message waiting for long: what Slack doesn't say in
 * time, or may not say for want of a scope, is called by its id. Bounded; forgotten after a while, as people rename.
 */
import type { Clock } from '../../clock.ts';
import type { SlackApi } from './api.ts';

/** Slack wants an event acknowledged within 3 s; a name may take half of that, milliseconds. */
const WAIT_MS = 1500;
const KEEP_MS = 60 * 60_000;
/** After a failure Slack is not asked for the same name again so soon, milliseconds. */
const KEEP_FAILED_MS = 60_000;
const MOST = 5000;

type Kept = { name: Promise<string>; until: number };

export class Names {
  readonly #kept = new Map<string, Kept>();

  constructor(
    readonly api: SlackApi,
    readonly clock: Clock,
  ) {}

  user(id: string): Promise<string> {
    return this.#name(id, () => this.api.userName(id));
  }

  /** A direct chat is called like the person in it. */
  chat(id: string): Promise<string> {
    return this.#name(id, async () => {
      const { name, user } = await this.api.chat(id);
      return name ?? (user === null ? null : this.user(user));
    });
  }

  #name(id: string, ask: () => Promise<string | null>): Promise<string> {
    const kept = this.#kept.get(id);
    if (kept && this.clock.monotonic() < kept.until) return this.#within(kept.name, id);
    const asked: Kept = { name: Promise.resolve(id), until: this.clock.monotonic() + KEEP_MS };
    asked.name = ask().then(
      (name) => name || id,
      () => {
        // Whatever the reason, the id does for now; the API remembers a missing scope or a refused token.
        asked.until = this.clock.monotonic() + KEEP_FAILED_MS;
        return id;
      },
    );
    this.#keep(id, asked);
    return this.#within(asked.name, id);
  }

  #keep(id: string, asked: Kept): void {
    this.#kept.delete(id);
    this.#kept.set(id, asked);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #within(name: Promise<string>, id: string): Promise<string> {
    let cancel: () => void = () => undefined;
    const late = new Promise<string>((resolve) => {
      cancel = this.clock.after(WAIT_MS, () => resolve(id));
    });
    return Promise.race([name, late]).finally(cancel);
  }
}
