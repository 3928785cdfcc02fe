/**
 * Tier 3: one emergency session at a time. Its word counts for nothing: the outcome is `done` only when a fix or a
 * remedy of its was looked at and found to help, and even then the core looks again before it closes anything.
 *
 * Invariants: what runs is on disk before and after it is started, so a later supervisor follows it and never starts
 * a second one; whatever way a session ends, its processes are gone and a fix that was being tried is put back.
 */
import type { ActionOf } from '../../contracts/action.ts';
import type { LiveDesk } from '../../supervisor/ports/emergency.ts';
import type { EventOf, Report } from '../../supervisor/ports/report.ts';
import type { DeskParts } from './parts.ts';
import { findMeans } from './sandbox/means.ts';
import { Session } from './session/session.ts';
import { readSession } from './session/state.ts';
import { waysToModel } from './session/ways.ts';

const NO_WAY = 'there is no sign-in, no prepaid key and no proxy to reach a model';

type Order = ActionOf<'start_emergency'>;
type Tell = (event: Report) => void;

export class EmergencyDeskAtWork implements LiveDesk {
  #session: Session | null = null;
  #task: Promise<void> = Promise.resolve();

  constructor(readonly parts: DeskParts) {}

  open(order: Order, report: Tell): void {
    this.#task = this.#task
      .then(() => this.#run(order, report))
      .catch((error: unknown) => report(resultOf(order, 'failed', `the session broke: ${wordsOf(error)}`)));
  }

  /** The running session goes on for the next supervisor, unless it is to end with this one. */
  async stop(): Promise<void> {
    await this.#session?.letGo(this.parts.endsWithUs);
    await this.#task;
  }

  async #run(order: Order, report: Tell): Promise<void> {
    const file = this.parts.fileAt(this.parts.paths.emergencyState);
    const known = readSession(file);
    if (known?.incident === order.incident && known.over !== null) {
      return report(resultOf(order, known.over.outcome, known.over.detail));
    }
    const found = findMeans(this.parts);
    if (!found.ok) return report(resultOf(order, 'unavailable', found.reason));
    const ways = waysToModel(this.parts.settings(), this.parts.clock.now().wall);
    if (known?.incident !== order.incident && ways.length === 0)
      return report(resultOf(order, 'unavailable', NO_WAY));
    const session = new Session({ desk: this.parts, means: found.means, order, file, report });
    this.#session = session;
    try {
      if (known !== null && known.incident !== order.incident) await session.endLeftOver(known);
      await session.run(known?.incident === order.incident ? known : null);
    } finally {
      this.#session = null;
    }
  }
}

function resultOf(
  { incident }: Order,
  outcome: EventOf<'emergency_result'>['outcome'],
  detail: string,
): EventOf<'emergency_result'> {
  return { kind: 'emergency_result', incident, outcome, detail };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
