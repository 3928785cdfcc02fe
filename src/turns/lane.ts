/**
 * One group's lane: its turns, one after the other. Event-driven: woken when a message of the group is stored.
 *
 *   idle ──wake, a message asks──▶ routed ──the light model answers──▶ idle
 *                                    │
 *                                    ▼
 *                                  waiting for a slot ──▶ running ──ended──▶ idle (or the next turn)
 *                                    │    ▲                  └─failed─▶ backing off ─┐
 *                                    │    └──────────────────────────────┼───────────┘
 *                                    └──────────a person stops it────────┴──▶ idle
 *
 * Invariants: at most one turn of a group runs; a message is part of a turn only once the agent has consumed it,
 * otherwise it opens the next one; when told to stop, an unfinished turn stays on record and is resumed at the next start.
 */
import type { AgentSession } from '../../contracts/link.ts';
import type { Routed, Spent } from '../router/router.ts';
import type { Group } from '../store/groups.ts';
import type { Turn } from '../store/turns.ts';
import { Attempt, type AttemptDeps } from './attempt.ts';
import { LightAttempt, type LightAttemptDeps } from './light-attempt.ts';
import { type OpenDeps, type Opened, openMessages, openTask } from './open-turn.ts';
import { type FailureCode, isHopeless, judgeFailure } from './retry.ts';
import type { LaneView } from './standstill.ts';

export type LaneDeps = AttemptDeps & LightAttemptDeps & OpenDeps;

/** Pause before work that the store refused is taken up again, milliseconds. */
const STORE_RETRY_MS = 5000;

export class Lane {
  #worker: Promise<void> | null = null;
  #attempt: Attempt | LightAttempt | null = null;
  /** Of the turn that is worked on; null for a task's, which is always the agent's. */
  #routed: Routed | null = null;
  #unfinished: Turn | null = null;
  /** The turn that a former process left, until this one has made an attempt at it. */
  #resumed: Turn | null = null;
  #stopping = false;
  #again = false;
  /** After a task those who wait for an answer come first: a task that is always due keeps nobody waiting for ever. */
  #hadTask = false;
  #endWait: () => void = () => undefined;
  #restsSince: number;

  constructor(
    readonly folder: string,
    readonly deps: LaneDeps,
  ) {
    this.#restsSince = deps.clock.monotonic();
  }

  /** A turn that a former process left running: it comes first. */
  resume(turn: Turn): void {
    this.#unfinished = turn;
    this.#resumed = turn;
    this.wake();
  }

  /** A message of this group was stored: run a turn, or offer it to the one that runs. */
  wake(): void {
    if (this.#stopping) return;
    this.#attempt?.offerMore();
    this.#again = true;
    this.#worker ??= this.#work().finally(() => {
      this.#worker = null;
    });
  }

  /** A person wants the running turn ended; that is on record already. */
  stopTurn(): void {
    this.#attempt?.stop();
    this.#endWait();
  }

  /** The turn that is being worked on, or waits for its next attempt. */
  get turn(): Turn | null {
    return this.#unfinished;
  }

  get isRunning(): boolean {
    return this.#attempt !== null;
  }

  get view(): LaneView {
    const { folder } = this;
    const now = this.deps.clock.monotonic();
    const restMs = now - this.#restsSince;
    if (this.#attempt === null) return { folder, attempt: null, isQueued: false, restMs };
    const { startedAt, limitMs } = this.#attempt;
    if (startedAt === null) return { folder, attempt: null, isQueued: true, restMs };
    return { folder, attempt: { ageMs: now - startedAt, limitMs }, isQueued: false, restMs };
  }

  /** Takes no new turn. Resolves when the running one has ended or its agent is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endWait();
    this.#attempt?.leave();
    await this.#worker;
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopping) {
      this.#again = false;
      try {
        for (let next = await this.#next(); next; next = await this.#next())
          await this.#answer(next.group, next.turn);
      } catch (error) {
        // Only the store fails here, for example on a full disk. What is stored stays, and is taken up again.
        this.deps.log.error(
          { err: error, group: this.folder },
          'a turn stopped: the store failed; trying again',
        );
        this.#again = true;
        await this.#wait(STORE_RETRY_MS);
      }
    }
  }

  /** The turn to go on with: an unfinished one, else a task that is due, else the chat that has waited longest. */
  async #next(): Promise<Opened | null> {
    if (this.#stopping) return null;
    if (this.#unfinished) {
      const turn = this.#unfinished;
      const group = this.deps.workerFor(this.folder, turn.jid);
      if (group) return { group, turn };
      await this.deps.turnLog.apply(turn, { type: 'chat_removed' });
      this.#unfinished = null;
    }
    const openers = [() => openTask(this.deps, this.folder), () => openMessages(this.deps, this.folder)];
    for (const open of this.#hadTask ? openers.reverse() : openers) {
      const opened = await open();
      if (!opened) continue;
      this.#unfinished = opened.turn;
      this.#hadTask = opened.turn.task !== null;
      return opened;
    }
    return null;
  }

  async #answer(group: Group, turn: Turn): Promise<void> {
    const { deliver, setWorking, store } = this.deps;
    const found = store.turns.sessionOf(turn);
    let failure = (await this.#route(turn)) ? null : await this.#try(group, turn);
    while (failure !== null && !this.#stopping && (await this.#prepareRetry(turn, failure, found))) {
      failure = await this.#try(group, turn);
    }
    if (this.#isUnwanted(turn)) await this.deps.turnLog.apply(turn, { type: 'idle' });
    this.#closeRoute(turn);
    if (!this.#stopping) this.#unfinished = null;
    // The sign that the assistant works ends after its last reply, not before.
    void deliver(turn.jid).then(() => {
      if (this.#attempt?.turn.jid !== turn.jid) setWorking(turn, false);
    });
  }

  /** @returns whether the turn is over without an agent */
  async #route(turn: Turn): Promise<boolean> {
    this.#routed = null;
    if (turn.task) return false;
    const attempt = new LightAttempt(turn, this.deps);
    this.#attempt = attempt;
    try {
      const { routed, isOver } = await attempt.make();
      this.#routed = routed;
      return isOver;
    } finally {
      this.#attempt = null;
    }
  }

  /** A turn that is not over is the next process's to go on with, and to record. */
  #closeRoute(turn: Turn): void {
    const known = this.deps.store.turns.state(turn.id);
    if (!this.#routed || !known || known.state === 'running') return;
    this.deps.routing.write(this.#routed.close(known.code ?? known.state));
    this.#routed = null;
  }

  /**
   * @param found the session as the turn found it
   * @returns whether to try again, after the wait that is due; if not, the chat has been told
   */
  async #prepareRetry(turn: Turn, failure: FailureCode, found: AgentSession | null): Promise<boolean> {
    const { turnLog, log } = this.deps;
    if (this.#isUnwanted(turn)) return false;
    const isResumed = this.#resumed === turn;
    this.#resumed = null;
    // Its agent went on while we were away, and its way to the model leads through us.
    if (isResumed && failure === 'network') return true;
    await turnLog.countFailure(turn);
    const verdict = judgeFailure(failure, turn.failures);
    const about = { group: this.folder, turn: turn.id, failures: turn.failures, reason: failure };
    if (verdict.kind === 'give_up') {
      log.error(about, 'turn failed (Max retries, or retrying is of no use): the chat is told');
      await turnLog.apply(turn, { type: 'gave_up', code: failure });
      return false;
    }
    log.warn({ ...about, afterMs: verdict.afterMs }, 'turn failed, retry');
    if (verdict.leavesSession) await turnLog.leaveSession(turn, found);
    await this.#wait(verdict.afterMs);
    return !this.#stopping && !this.#isUnwanted(turn) && this.deps.store.turns.isRunning(turn.id);
  }

  #isUnwanted(turn: Turn): boolean {
    return this.deps.turnLog.stopReason(turn) !== null;
  }

  async #try(group: Group, turn: Turn): Promise<FailureCode | null> {
    // Stopped while nobody was there: only an agent that still works on it has something to interrupt.
    if (this.#isUnwanted(turn) && !this.deps.agents.isLive(turn.folder)) return null;
    if (isHopeless(turn.attempts, this.#ageMs(turn))) {
      await this.deps.turnLog.apply(turn, { type: 'gave_up', code: 'gone' });
      return null;
    }
    const routed = this.#routed;
    const note = (spent: Spent) => routed && this.deps.routing.noteInWrite(routed.draft(spent));
    const attempt = new Attempt(group, turn, this.deps, note);
    this.#attempt = attempt;
    try {
      return await attempt.make(() => this.#stopping);
    } finally {
      this.#routed?.spend(attempt.spent);
      this.#attempt = null;
      this.#restsSince = this.deps.clock.monotonic();
    }
  }

  #ageMs({ id }: Turn): number {
    const { store, clock } = this.deps;
    return clock.now() - (store.turns.startedAt(id) ?? clock.now());
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(ms, resolve);
      this.#endWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
