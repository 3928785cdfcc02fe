/** The health check, and what it last found: for the status page, and for people who ask. */
import type { Readiness } from '../contracts/health.ts';
import type { HealthAnswer, HealthProbe } from './ports/health-probe.ts';
import { describeHealth } from './probes/readyz.ts';

export class RememberedHealth implements HealthProbe {
  #last: HealthAnswer | null = null;

  constructor(readonly probe: HealthProbe) {}

  /** Null before the first answer, and while there is none. */
  get readiness(): Readiness | null {
    return this.#last?.readiness ?? null;
  }

  /** One line; null before the first answer. */
  get text(): string | null {
    return this.#last && describeHealth(this.#last);
  }

  async check(expected: { pid: number; startId: string | null }): Promise<HealthAnswer> {
    this.#last = await this.probe.check(expected);
    return this.#last;
  }
}
