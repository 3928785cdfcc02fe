/**
 * Tier 3: one emergency session at a time. Its word counts for nothing: the outcome is `done` only when a fix or a
 * remedy of its was looked at and found to help, and even then the core looks again before it closes anything.
 *
 * Invariants: what runs is on disk before and after it is started, so a later supervisor follows it and never starts
 * a second one; whatever way a session ends, its processes are gone and a fix that was being tried is put back.
 */
import type { LiveDesk } from '../../supervisor/ports/emergency.ts';
import type { EventOf, Report } from '../../supervisor/ports/report.ts';
import type { DeskParts } from './parts.ts';
import { findMeans, type Means } from './sandbox/means.ts';
import type { Order } from './session/prepare.ts';
import { Session } from './session/session.ts';
import { freshSession, readSession, type SessionState } from './session/state.ts';
import { waysToModel } from './session/ways.ts';

type Tell = (event: Report) => void;
type Result = EventOf<'emergency_result'>;

const NO_WAY = 'there is no sign-in, no prepaid key and no proxy to reach a model';

export class EmergencyDesk implements LiveDesk {
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
    this.#session?.letGo(this.parts.endsWithUs);
    await this.#task;
  }

  async #run(order: Order, report: Tell): Promise<void> {
    const { clock, paths, fileAt } = this.parts;
    const known = readSession(fileAt(paths.emergencyState));
    const own = known?.incident === order.incident && known.number === order.number ? known : null;
    if (own?.over) return report(resultOf(order, own.over.outcome, own.over.detail));
    const found = await findMeans(this.parts);
    if (!found.ok) return report(resultOf(order, 'unavailable', found.reason));
    if (known !== null && own === null && known.over === null)
      await this.#sessionOf({ ...order, ...placeIn(known) }, found.means, known, report).abandon();
    if (own === null && !this.#hasWay()) return report(resultOf(order, 'unavailable', NO_WAY));
    const state = own ?? freshSession(order, clock.now().wall);
    this.#session = this.#sessionOf(order, found.means, state, report);
    try {
      await this.#session.run();
    } finally {
      this.#session = null;
    }
  }

  #sessionOf(order: Order, means: Means, state: SessionState, report: Tell): Session {
    const file = this.parts.fileAt(this.parts.paths.emergencyState);
    return new Session({ desk: this.parts, means, order, file, report }, state);
  }

  #hasWay(): boolean {
    return waysToModel(this.parts.settings(), this.parts.clock.now().wall).length > 0;
  }
}

function resultOf({ incident }: Order, outcome: Result['outcome'], detail: string): Result {
  return { kind: 'emergency_result', incident, outcome, detail };
}

function placeIn({ incident, number }: SessionState): Pick<Order, 'incident' | 'number'> {
  return { incident, number };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
