/** The typing sign. Discord shows it for about ten seconds, so it is repeated while work goes on. */
import type { Clock } from '../../clock.ts';

const REPEAT_MS = 8000;

export class WorkingSigns {
  readonly #ends = new Map<string, () => void>();

  /** @param show must not reject: a sign that fails to show is nobody's loss */
  constructor(
    readonly clock: Pick<Clock, 'after'>,
    readonly show: (channelId: string) => Promise<void>,
  ) {}

  /** Starting twice or ending twice is fine. */
  set(channelId: string, working: boolean): void {
    if (!working) {
      this.#ends.get(channelId)?.();
      this.#ends.delete(channelId);
    } else if (!this.#ends.has(channelId)) this.#repeat(channelId);
  }

  stop(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
  }

  #repeat(channelId: string): void {
    void this.show(channelId);
    this.#ends.set(
      channelId,
      this.clock.after(REPEAT_MS, () => this.#repeat(channelId)),
    );
  }
}
