/**
 * Whether the program that agents run works at all: one that ends before it comes to its link is damaged (its image, or
 * `dist/runner.js`), and every agent of every group is.
 *
 *   well ──an agent ended before it came──▶ broken ──one came──▶ well
 *
 * Restarting the service would mend nothing, so it stays ready.
 */
import type { ComponentHealth } from '../../contracts/health.ts';

export class RunnerHealth {
  #broken: string | null = null;

  came(): void {
    this.#broken = null;
  }

  /** @param detail how it ended */
  broke(detail: string): void {
    this.#broken = detail;
  }

  health(): ComponentHealth {
    const part = { name: 'agent-program', required: false } as const;
    if (this.#broken === null) return { ...part, state: 'ok', reason: 'agents come up' };
    const cure = 'Run: ./container/build.sh --force (what it said: groups/*/logs/container-*.log)';
    const reason = `agents end as they start (${this.#broken}): their program is damaged. ${cure}`;
    return { ...part, state: 'degraded', code: 'broken_runner', reason };
  }
}
