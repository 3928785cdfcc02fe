/** The person in charge: orders now and then, and comes, or does not, when called. */
import type { EventBody } from '../../supervisor/decide/event.ts';
import type { Day } from './day.ts';
import { CONDITIONS } from './truth.ts';

const MINUTE_MS = 60_000;

export class Person {
  constructor(readonly day: Day) {}

  pause(): void {
    const { chance, host, judge } = this.day;
    const minutes = Math.ceil(chance.between(5, 90));
    this.#order({ kind: 'operator', verb: 'pause', minutes, by: 'person' }, () => {
      judge.intent.pausedAt = host.time.mono;
      judge.intent.pausedUntil = host.time.mono + minutes * MINUTE_MS;
    });
    if (chance.is(0.4)) host.time.later(minutes * MINUTE_MS * 0.6, () => this.resume());
  }

  resume(): void {
    this.day.judge.intent.pausedUntil = null;
    this.#order({ kind: 'operator', verb: 'resume', by: 'person' });
  }

  restart(): void {
    const { judge, host } = this.day;
    judge.intent.isStopped = false;
    judge.intent.orderedAt = host.time.mono;
    this.#order({ kind: 'operator', verb: 'restart', by: 'person' });
  }

  stopForAWhile(): void {
    const { chance, host, judge } = this.day;
    const isSaidToSupervisor = host.listener?.isAlive === true && chance.is(0.5);
    if (isSaidToSupervisor) {
      this.#order({ kind: 'operator', verb: 'stop', by: 'person' }, () => {
        judge.intent.isStopped = true;
      });
    } else this.#stopProcess();
    judge.intent.orderedAt = host.time.mono;
    host.time.later(chance.between(2, 120) * MINUTE_MS, () => this.restart());
  }

  /** `systemctl stop`: the process is asked itself, and says so before it ends. */
  #stopProcess(): void {
    const { host } = this.day;
    const process = host.alive;
    if (process === null || process.isFrozen || process.ignoresTerm || process.asked !== 'nobody') return;
    process.asked = 'person';
    host.terminate(process.pid);
  }

  editSettings(): void {
    const { host, chance, judge } = this.day;
    if (chance.is(0.7)) host.truth.end('config_broken');
    judge.intent.orderedAt = host.time.mono;
    host.tell({ kind: 'env_changed' });
  }

  /** Without being called: a look at the status page was enough. */
  acknowledge(): void {
    this.#order({ kind: 'operator', verb: 'acknowledge', by: 'person' });
  }

  /** Called by a page: most come, some after hours. */
  call(incident: string): void {
    const { chance, host } = this.day;
    if (!chance.is(0.7)) return;
    const minutes = chance.is(0.3) ? chance.between(1, 15) : chance.between(15, 300);
    host.time.later(minutes * MINUTE_MS, () => this.#mend(incident));
  }

  #mend(incident: string): void {
    const { host, chance } = this.day;
    if (chance.is(0.8)) {
      this.#order({ kind: 'operator', verb: 'acknowledge', incident, by: 'person' });
    }
    for (const condition of CONDITIONS) host.truth.end(condition);
    if (!host.alive && !this.day.judge.intent.isStopped) this.restart();
  }

  /** An order that meets a dead supervisor is given again. */
  #order(event: EventBody, onHeard: () => void = () => undefined): void {
    const { host, judge } = this.day;
    if (!host.listener?.isAlive) return host.time.later(3000, () => this.#order(event, onHeard));
    judge.intent.orderedAt = host.time.mono;
    host.tell(event);
    // It may have died over this very order, before it was on disk.
    if (host.listener.isAlive) onHeard();
  }
}
