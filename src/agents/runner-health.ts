/**
 * Whether the program that agents run works at all: one that ends before it comes to its link is damaged (its image, or
 * `dist/runner.js`), and every agent of every group is.
 *
 *   well ──an agent ended before it came──▶ broken ──one came──▶ well
 *
 * Restarting the service would mend nothing, so it stays ready. One end may be the machine's slip; the next counts.
 */
import type { ComponentHealth } from '../../contracts/health.ts';

const SURE_ENDS = 2;

export class RunnerHealth {
  /** How the last one ended. */
  #broken: string | null = null;
  #ends = 0;

  came(): void {
    this.#broken = null;
    this.#ends = 0;
  }

  /** @param detail how it ended */
  broke(detail: string): void {
    this.#broken = detail;
    this.#ends += 1;
  }

  health(): ComponentHealth {
    const part = { name: 'agent-program', required: false } as const;
    if (this.#broken === null) return { ...part, state: 'ok', reason: 'agents come up' };
    const cure = 'Run: ./container/build.sh --force (what it said: groups/*/logs/container-*.log)';
    const reason = `agents end as they start (${this.#broken}): their program is damaged. ${cure}`;
    const said = { ...part, code: 'broken_runner', reason };
    return this.#ends < SURE_ENDS
      ? { ...said, state: 'degraded' }
      : { ...said, state: 'failed', signal: 'runner_broken' };
  }
}
