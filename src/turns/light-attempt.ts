/**
 * The first attempt at a turn that people asked for: the router decides on its words, and where the light model's
 * answer suffices the turn ends here, with neither a slot nor an agent.
 *
 * Invariants: an answer is one write, so a process that dies leaves a turn that was answered or one that is routed
 * again; once an agent has begun a turn, or something was said, the light model is not asked any more.
 */
import { readTurn } from '../router/read-turn.ts';
import type { Routed, Router } from '../router/router.ts';
import type { RoutingJournal } from '../router/routing-journal.ts';
import type { Turn } from '../store/turns.ts';
import type { AttemptDeps } from './attempt.ts';

export type LightAttemptDeps = Pick<
  AttemptDeps,
  'store' | 'turnLog' | 'agents' | 'setWorking' | 'onRecord' | 'clock' | 'log'
> & {
  router: Pick<Router, 'route'>;
  routing: Pick<RoutingJournal, 'note' | 'noteInWrite' | 'write'>;
  /** What a group's memory says of the assistant. Never rejects. */
  personaOf(folder: string): Promise<string>;
  /** What people call the assistant. */
  names: readonly string[];
};

/** The router waits for a turn to ask and for an answer, 28 s together; what takes twice as long has got stuck. */
const STUCK_AFTER_MS = 60_000;

export class LightAttempt {
  readonly startedAt: number;
  readonly limitMs = STUCK_AFTER_MS;
  readonly #stop = new AbortController();
  readonly #isRerun: boolean;

  constructor(
    readonly turn: Turn,
    readonly deps: LightAttemptDeps,
  ) {
    this.startedAt = deps.clock.monotonic();
    this.#isRerun = turn.attempts > 0 || deps.store.outbox.countFor(turn.id) > 0;
  }

  /** @returns `isOver`: the turn needs no agent, since it was answered or somebody wants it ended */
  async make(): Promise<{ routed: Routed; isOver: boolean }> {
    const { turn, deps } = this;
    if (deps.turnLog.stopReason(turn) !== null) this.stop();
    const routed = await this.#route();
    const note = () => deps.routing.noteInWrite(routed.draft());
    const isAnswered =
      routed.answer !== null && (await deps.turnLog.answerLightly(turn, routed.answer, note));
    if (isAnswered) this.#record(routed);
    else deps.routing.note(routed.draft());
    // An agent that has begun it is told to stop; nobody else has.
    return { routed, isOver: isAnswered || (!this.#isRerun && deps.turnLog.stopReason(turn) !== null) };
  }

  /** A person wants the turn ended. */
  stop(): void {
    this.#stop.abort();
  }

  offerMore(): void {
    // What comes in meanwhile opens the next turn, or is offered to the agent that takes over.
  }

  leave(): void {
    // An answer that is being given may be finished; the router's own limit is short.
  }

  #route(): Promise<Routed> {
    const { turn, deps } = this;
    const { features, history } = readTurn(deps.store, turn, deps.names, deps.clock.now());
    const onAsk = () => deps.setWorking(turn, true);
    const persona = () => deps.personaOf(turn.folder);
    const asked = { turn: turn.id, group: turn.folder, features, isRerun: this.#isRerun };
    return deps.router.route({ ...asked, history, persona, onAsk }, this.#stop.signal);
  }

  #record({ tokens }: Routed): void {
    const { turn, deps } = this;
    const { folder: group, attempts } = turn;
    const seconds = (deps.clock.monotonic() - this.startedAt) / 1000;
    deps.log.info({ group, turn: turn.id, seconds }, 'answered by the light model');
    deps.onRecord({ group, task: null, result: 'answered', seconds, attempts, tokens, costUsd: 0 });
    // An agent that outlived a former process is kept for this turn alone: it may rest now.
    deps.agents.release(group);
  }
}
