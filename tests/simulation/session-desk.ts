/** Emergency sessions: they live apart from the supervisor, and one that runs is followed, not doubled. */
import type { ActionOf } from '../../contracts/action.ts';
import type { EventBody } from '../../supervisor/decide/event.ts';
import type { Host } from './host.ts';
import type { Ledger } from './ledger.ts';
import { healBySession, planSession } from './sim-remedies.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type Session = { incident: string; over: EventBody | null; report: (event: EventBody) => void };

export class SessionDesk {
  #session: Session | null = null;
  #begun: number[] = [];

  constructor(
    readonly host: Host,
    readonly ledger: Ledger,
  ) {}

  open({ incident }: ActionOf<'start_emergency'>, report: (event: EventBody) => void): void {
    const running = this.#session;
    if (running?.incident === incident) {
      running.report = report;
      if (running.over) report(running.over);
      return;
    }
    const isFree = running === null || running.over !== null;
    this.host.violations.check(
      isFree,
      'never two sessions at once',
      () => `${running?.incident}, ${incident}`,
    );
    this.#begin(incident, report);
  }

  #begin(incident: string, report: (event: EventBody) => void): void {
    const { time, chance, truth } = this.host;
    const { takesMs, outcome, heals } = planSession(chance);
    const session: Session = { incident, over: null, report };
    this.#session = session;
    if (outcome !== 'unavailable') {
      this.#count(incident);
      this.ledger.did(incident, 3);
    }
    time.later(takesMs, () => {
      if (heals) healBySession(truth);
      session.over = { kind: 'emergency_result', incident, outcome, detail: 'simulated' };
      session.report(session.over);
    });
    if (outcome !== 'unavailable')
      time.later(10, () => session.report({ kind: 'emergency_begun', incident, detail: 'tmux' }));
  }

  #count(incident: string): void {
    const { violations, time } = this.host;
    const last = this.#begun.at(-1);
    this.#begun = [...this.#begun.filter((at) => at > time.mono - DAY_MS), time.mono];
    const today = this.#begun.length;
    violations.check(today <= 3, 'three sessions a day', () => `${today}, ${incident}`);
    const isApart = last === undefined || time.mono - last >= HOUR_MS - 1000;
    violations.check(isApart, 'sessions an hour apart', () => `${time.mono - (last ?? 0)} ms, ${incident}`);
  }
}
