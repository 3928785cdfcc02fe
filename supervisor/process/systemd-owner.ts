/**
 * Process owner `systemd`: the orchestrator is a unit of its own. It is started through the root helper, signalled
 * directly (it runs as the same user), followed by its pid, and its exit is read from systemd.
 *
 * Invariants: a living orchestrator is never restarted by `start()`, so a supervisor that comes late adopts what
 * systemd has started meanwhile; a service that a person stopped is not started; a hold lasts until there is a process again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type LiveOwner, StartError, type Started, StoppedOutsideError } from '../ports/process-owner.ts';
import type { Log } from '../ports/records.ts';
import type { Report } from '../ports/report.ts';
import { birthOf, isAlive } from './birth.ts';
import type { AskHelper } from './helper-client.ts';
import type { UnitState } from './unit-state.ts';
import { ProcessWatch, signalIfAlive } from './watch.ts';

export type SystemdOptions = {
  look: () => Promise<UnitState>;
  ask: AskHelper;
  report: (event: Report) => void;
  log: Log;
};

/** A start returns once the program runs, not once it is ready; a queued stop may take its 40 s first. */
const START_LIMIT_MS = 50_000;
const STOP_LIMIT_MS = 50_000;

/** systemd hears of an exit within a millisecond or two of us; later than this, how it ended stays unknown. */
const EXIT_LOOKS = 10;
const EXIT_LOOK_EVERY_MS = 5;

export class SystemdOwner implements LiveOwner {
  readonly #watch = new ProcessWatch((target) => void this.#onGone(target));
  /** Starts and holds one after the other, in the order in which they were asked for. */
  #line: Promise<unknown> = Promise.resolve();
  #held = false;
  /** The look that told of an exit is still true while that exit is being answered. */
  #fresh: UnitState | null = null;

  constructor(readonly options: SystemdOptions) {}

  start(): Promise<Started> {
    const fresh = this.#fresh;
    return this.#next(() => this.#start(fresh));
  }

  watch(target: Started): void {
    this.#held = false;
    this.#watch.follow(target);
  }

  expectEnd(pid: number): void {
    this.#watch.lookClosely(pid);
  }

  signal(target: Started, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (signalIfAlive(target, signal)) this.expectEnd(target.pid);
  }

  isAlive({ pid, birth }: Started): boolean {
    return isAlive(pid, birth);
  }

  hold(): void {
    this.#held = true;
    void this.#next(() => this.#stopRestarting()).catch((error: Error) =>
      this.options.log.warn(`systemd may start the orchestrator before it is due: ${error.message}`),
    );
  }

  close(): void {
    this.#watch.stop();
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#line.then(run);
    this.#line = result.catch(() => undefined); // reported to whoever asked for it
    return result;
  }

  async #start(fresh: UnitState | null): Promise<Started> {
    const unit = fresh ?? (await this.#look());
    const running = unit.pid === null ? null : { pid: unit.pid, birth: birthOf(unit.pid) };
    if (running && isAlive(running.pid, running.birth)) return this.#follow(running);
    const idle = unit.active === 'inactive' && !unit.busy;
    if (idle && !this.#held) throw new StoppedOutsideError('the service was stopped by a person');
    return this.#follow(await this.#ask(unit.busy ? 'start nanoclaw' : 'restart nanoclaw'));
  }

  async #look(): Promise<UnitState> {
    try {
      return await this.options.look();
    } catch (cause) {
      throw new StartError(`systemd does not answer: ${String(cause)}`, { cause });
    }
  }

  async #ask(request: 'start nanoclaw' | 'restart nanoclaw'): Promise<Started> {
    try {
      const pid = Number(await this.options.ask(request, AbortSignal.timeout(START_LIMIT_MS)));
      if (!(pid > 0)) throw new Error('it ended at once');
      return { pid, birth: birthOf(pid) };
    } catch (cause) {
      throw new StartError((cause as Error).message, { cause });
    }
  }

  #follow(target: Started): Started {
    this.watch(target);
    return target;
  }

  /** Only a unit that waits for its automatic restart is stopped; what a person does at this moment is not touched. */
  async #stopRestarting(): Promise<void> {
    const { sub } = await this.options.look();
    if (sub === 'auto-restart') await this.options.ask('stop nanoclaw', AbortSignal.timeout(STOP_LIMIT_MS));
  }

  async #onGone({ pid }: Started): Promise<void> {
    const unit = await this.#lookAtEnd(pid);
    const ended = unit?.ended?.pid === pid ? unit.ended : null;
    this.#fresh = unit;
    this.options.report({
      kind: 'child_exited',
      pid,
      code: ended?.code ?? null,
      signal: ended?.signal ?? null,
    });
    this.#fresh = null;
  }

  /** The unit once systemd knows that this process is gone; null when it does not get to know it in time. */
  async #lookAtEnd(pid: number): Promise<UnitState | null> {
    for (let looks = 0; looks < EXIT_LOOKS; looks += 1) {
      const unit = await this.options.look().catch(() => null); // asked again, and at the start at the latest
      if (unit && unit.pid !== pid) return unit;
      await sleep(EXIT_LOOK_EVERY_MS);
    }
    return null;
  }
}
