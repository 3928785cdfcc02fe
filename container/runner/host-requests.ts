/**
 * Calls to the orchestrator that wait for its answer. Invariant: each call settles once, with the answer, or
 * with a refusal when its deadline passes; a late answer is dropped.
 */
import type { RunnerWork, Unsequenced } from '../../contracts/link.ts';
import type { Timers } from './ports.ts';

export type HostAnswer = { ok: boolean; result: unknown };
export type HostCall = { id: string; session: string; tool: string; args: unknown };

/**
 * Longest wait for an answer, milliseconds. Answers take milliseconds; the rest is for an orchestrator that is
 * being restarted and gets the call again.
 */
export const ANSWER_LIMIT_MS = 120_000;

export class HostRequests {
  readonly #waiting = new Map<string, (answer: HostAnswer) => void>();

  constructor(
    readonly send: (frame: Unsequenced<RunnerWork>) => void,
    readonly timers: Timers,
  ) {}

  call(call: HostCall): Promise<HostAnswer> {
    return new Promise((resolve) => {
      const giveUp = () =>
        this.settle(call.id, { ok: false, result: 'the host did not answer; it may still do it' });
      const cancel = this.timers.after(ANSWER_LIMIT_MS, giveUp);
      this.#waiting.set(call.id, (answer) => {
        cancel();
        resolve(answer);
      });
      this.send({ type: 'request', ...call });
    });
  }

  settle(id: string, answer: HostAnswer): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(answer);
  }
}
