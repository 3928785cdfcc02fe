/**
 * The service as a trial needs it: asked of the core to make room or to run, and looked at afresh. The core keeps
 * every right: it may refuse, and then the wait ends without it.
 */
import type { Readiness } from '../../../contracts/health.ts';
import type { Clock } from '../../../supervisor/ports/clock.ts';
import type { DeskSurroundings } from '../../../supervisor/ports/emergency.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import type { Limits } from '../parts.ts';
import type { CanaryAnswer } from './canary.ts';

/** Longer than a healthy service may take to finish its turns (35 s by the default policy). */
const ROOM_LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 200;

export type ServiceParts = {
  incident: string;
  clock: Clock;
  around: DeskSurroundings;
  limits: Pick<Limits, 'goodLooks' | 'lookSeconds' | 'proveSeconds'>;
  /** Asks a question that goes the whole way; null where none is to be asked. */
  canary: ((readiness: Readiness | null, signal: AbortSignal) => Promise<CanaryAnswer>) | null;
  report: (event: Report) => void;
};

export type Proof = { ok: boolean; detail: string };
type Look = Proof & { life: string; readiness: Readiness | null };

export class TrialService {
  constructor(readonly parts: ServiceParts) {}

  runs(): boolean {
    return this.parts.around.view.status().service.pid !== null;
  }

  /** Whether all is well before anything was done: by the core's word, and by a look now. Then nothing may be changed. */
  async isWell(): Promise<boolean> {
    return this.parts.around.view.status().service.state === 'up' && (await this.#look()).ok;
  }

  /** Whether it is down, asked for and waited for. */
  async makeRoom(reason: string, signal: AbortSignal): Promise<boolean> {
    this.#want('stopped', reason);
    const until = this.parts.clock.now().mono + ROOM_LIMIT_MS;
    while (this.runs()) {
      if (signal.aborted || this.parts.clock.now().mono >= until) return false;
      await this.#pause(LOOK_EVERY_MS, signal);
    }
    return true;
  }

  start(reason: string): void {
    this.#want('running', reason);
  }

  /** What was tried is kept or put back, or nothing could be tried. */
  settle(): void {
    this.parts.report({ kind: 'session_settled', incident: this.parts.incident });
  }

  /**
   * Good only after so many good looks in a row at one and the same process; a service that gave up, or is never
   * well in time, is not.
   */
  async prove(signal: AbortSignal): Promise<Proof> {
    const { clock, limits } = this.parts;
    const until = clock.now().mono + limits.proveSeconds * 1000;
    let good = 0;
    let life = '';
    let last: Proof & { life: string } = { ok: false, detail: 'it was not looked at', life: '' };
    while (!signal.aborted && clock.now().mono < until) {
      // First: what was just asked for has not happened yet.
      await this.#pause(limits.lookSeconds * 1000, signal);
      last = await this.#look();
      good = last.ok ? (last.life === life ? good + 1 : 1) : 0;
      life = last.life;
      if (good >= limits.goodLooks)
        return { ok: true, detail: `${good} good looks in a row, ${last.detail}` };
      if (this.#gaveUp()) return { ok: false, detail: last.detail };
    }
    return { ok: false, detail: `not well within ${limits.proveSeconds} s; last: ${last.detail}` };
  }

  /** For a fix: the looks, then a question that goes the whole way, then one more look at the same process. */
  async proveFix(signal: AbortSignal): Promise<Proof> {
    const looks = await this.prove(signal);
    if (!looks.ok || this.parts.canary === null) return looks;
    const before = await this.#look();
    const { kind, detail } = await this.parts.canary(before.readiness, signal);
    const after = await this.#look();
    const stays = after.ok && after.life === before.life;
    if (kind === 'silent' || !stays)
      return { ok: false, detail: stays ? detail : `${detail}; ${after.detail}` };
    return {
      ok: true,
      detail: `${looks.detail}; ${kind === 'not_asked' ? `no test question: ${detail}` : detail}`,
    };
  }

  async #look(): Promise<Look> {
    const { view, probe } = this.parts.around;
    const { pid, startId, state, reason } = view.status().service;
    const bad = (detail: string, life = ''): Look => ({ ok: false, detail, life, readiness: null });
    if (pid === null) return bad(`the service is ${state}: ${reason}`);
    const { outcome, readiness } = await probe.check({ pid, startId });
    const life = `${pid}`;
    if (outcome.kind !== 'ok') return bad(`${outcome.kind}: ${outcome.reason}`, life);
    const still = this.#signalStillBad();
    return still === null ? { ok: true, detail: `pid ${pid} is ready`, life, readiness } : bad(still, life);
  }

  /** What the incident is about, if it can still be seen; a part may be broken while the process is ready. */
  #signalStillBad(): string | null {
    const { incident, around } = this.parts;
    const { signals, incidents } = around.view.status();
    const cause = incidents.find(({ id }) => id === incident)?.cause;
    const seen = signals.find(({ code, level }) => code === cause && level !== 'clearing');
    return seen === undefined ? null : `${seen.code} is still seen: ${seen.detail}`;
  }

  /** It was started, ended again, and the core holds it. */
  #gaveUp(): boolean {
    const { pid, state } = this.parts.around.view.status().service;
    return pid === null && state === 'held';
  }

  #want(service: 'stopped' | 'running', reason: string): void {
    this.parts.report({ kind: 'session_wants', incident: this.parts.incident, service, reason });
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.parts.clock.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
