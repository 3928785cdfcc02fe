/**
 * Holds back the start of new gateway sessions when few are left for the day: a bot that uses them up loses its
 * token. So a process that keeps crashing cannot burn them. Resuming a session costs nothing and is never held back.
 */
import type { APIGatewaySessionStartLimit } from 'discord.js';
import type { Clock } from '../../clock.ts';

/** From this share of the day's starts on they are spread over what is left of the day. */
const LOW_SHARE = 0.1;

/**
 * How long to wait before the next start, milliseconds. When few are left, each waits for its share of the time until
 * the count begins anew, so that they cannot run out; when none is left, until then.
 */
export function identifyWaitMs({ total, remaining, reset_after }: APIGatewaySessionStartLimit): number {
  if (remaining > total * LOW_SHARE) return 0;
  return Math.ceil(reset_after / Math.max(1, remaining));
}

export type IdentifyGateOptions = {
  /** What Discord says is left; rejects when it cannot be asked. */
  ask(signal: AbortSignal): Promise<APIGatewaySessionStartLimit>;
  /** A start is held back for so long, milliseconds. */
  onHeld(ms: number): void;
  clock: Clock;
};

export class IdentifyGate {
  /** A connection that breaks while it waits does not begin to wait anew; monotonic milliseconds. */
  #openAt: number | null = null;

  constructor(readonly options: IdentifyGateOptions) {}

  /** Resolves when a session may be started. Rejects only when the signal says that nobody wants to any more. */
  async pass(signal: AbortSignal): Promise<void> {
    const { clock, onHeld } = this.options;
    this.#openAt ??= clock.monotonic() + (await this.#waitMs(signal));
    const left = this.#openAt - clock.monotonic();
    if (left > 0) onHeld(left);
    await waitFor(clock, left, signal);
    this.#openAt = null;
  }

  async #waitMs(signal: AbortSignal): Promise<number> {
    try {
      return identifyWaitMs(await this.options.ask(signal));
    } catch {
      signal.throwIfAborted();
      return 0; // Discord itself refuses what is too much; not to know is no reason to stay away
    }
  }
}

async function waitFor(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
    signal.addEventListener('abort', end, { once: true });
  });
}
