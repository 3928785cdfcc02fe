/**
 * One live agent: a sandboxed runner with its link and its broker. It runs one turn at a time.
 *
 *   idle ──run()──▶ running ──end──▶ idle
 *     └──── any ────────── process exits ──▶ gone
 *
 * An adopted agent (it outlived an orchestrator crash) may be in the middle of a turn, or may have finished one
 * whose frames we never got: its first run() waits until all that was missed has come before it decides.
 */
import type { Logger } from 'pino';
import type { AgentExit, RunningAgent } from '../../container/sandbox.ts';
import type { AgentInput, Doing, RunnerHello, RunnerWork } from '../../contracts/link.ts';
import type { Clock } from '../clock.ts';
import { Gate } from './gate.ts';
import { HangWatch, type HangWatchOptions } from './hang-watch.ts';
import type { ToolContext } from './host-tools.ts';
import { LinkHost } from './link-host.ts';
import {
  AgentNotWarmError,
  type RunResult,
  type StopCause,
  type ToolRequest,
  type TurnEnd,
  type TurnOrder,
  type TurnWork,
} from './run.ts';
import { within } from './within.ts';

export type AgentOptions = Pick<HangWatchOptions, 'askedAt' | 'quietLimitMs'> & {
  link: Pick<ConstructorParameters<typeof LinkHost>[0], 'socketPath' | 'epoch' | 'config'>;
  /** Does a host tool call; the result goes back to the agent. */
  onRequest(request: ToolRequest, context: ToolContext | null): Promise<{ ok: boolean; result: unknown }>;
  /** The turn an adopted agent may still have frames of; null for a new agent. */
  expectedTurn: string | null;
  clock: Clock;
  log: Logger;
};

/** An adopted runner dials every second or so; one that stays away this long is not coming, milliseconds. */
const ADOPTION_LIMIT_MS = 10_000;

/** The runner repeats an interrupt for two seconds, then ends its child: longer than that it is not coming, milliseconds. */
const INTERRUPT_LIMIT_MS = 5000;

/** A runner dials within a second of its start and takes a turn in milliseconds; a busy machine takes longer. */
const TAKE_LIMIT_MS = 60_000;

/** Time for the runner to end by itself after `close`, milliseconds. */
const CLOSE_LIMIT_MS = 10_000;

type Current = { context: ToolContext; sink(work: TurnWork): Promise<void>; over(end: TurnEnd): void };

export class Agent {
  readonly link: LinkHost;
  readonly #hello = new Gate<RunnerHello>();
  #expectedTurn: string | null;
  #current: Current | null = null;
  #begun: Promise<void> = Promise.resolve();
  #process: RunningAgent | null = null;
  #stopCause: StopCause | null = null;
  /** We want it gone, for whatever reason. */
  #isUnwanted = false;
  readonly #hang: HangWatch;
  readonly #attached = new Gate();
  readonly #warm = new Gate<'warm'>();

  constructor(readonly options: AgentOptions) {
    this.#expectedTurn = options.expectedTurn;
    this.#hang = new HangWatch({ ...options, onHang: (cause, why) => this.#giveUp(cause, why) });
    this.link = new LinkHost({
      ...options.link,
      onHello: (hello) => {
        this.#hang.meet(hello);
        this.#hello.open(hello);
      },
      onPulse: (pulse) => this.#hang.pulse(pulse),
      onHopeless: () => this.#giveUp('garbage', 'what it sends is no frame of the link'),
      onWork: (work) => this.#take(work),
      ...{ clock: options.clock, log: options.log },
    });
  }

  /** Binds the agent to its process, once that has been started or found. */
  bind(process: RunningAgent): void {
    this.#process = process;
  }

  get process(): RunningAgent {
    if (!this.#process) throw new Error('the agent has no process yet');
    return this.#process;
  }

  /** Runs a turn; its frames go to `sink`, in order, each acknowledged after the sink's promise. */
  async run(order: TurnOrder, sink: (work: TurnWork) => Promise<void>): Promise<RunResult> {
    const ended = new Promise<RunResult>((resolve) => {
      const over = (end: TurnEnd) => resolve({ kind: 'ended', end, cause: this.#stopCause });
      this.#current = { context: order.context, sink, over };
    });
    this.#attached.open();
    // What the runner said before it died comes first: its end may be on its way into the store.
    const gone = this.process.exited.then(async (exit): Promise<RunResult> => {
      await this.link.settled();
      return { kind: 'gone', exit, cause: this.causeOf(exit) };
    });
    this.#hang.start();
    this.#begun = this.#begin(order);
    return Promise.race([ended, gone, this.#begun.then(() => ended)]).finally(() => {
      this.#hang.stop();
      this.#current = null;
    });
  }

  /** The turn it works on; null while it idles. */
  get turn(): string | null {
    return this.#current?.context.turn ?? null;
  }

  /** What it is at in its turn, as far as it is known. */
  get doing(): Doing | null {
    return this.#hang.doing;
  }

  /** Resolves when its runner has come to the link. */
  get hasCome(): Promise<unknown> {
    return this.#hello.opened;
  }

  /** Why it came to this end; null when nothing is known but how it ended. */
  causeOf({ code, signal, oomKilled }: AgentExit): StopCause | null {
    const byItself = !this.#isUnwanted && !oomKilled && code !== null && signal === null;
    const hasCome = this.options.expectedTurn !== null || this.#hello.isOpen; // an adopted one came to our predecessor
    return this.#stopCause ?? (byItself && !hasCome ? 'broken_runner' : null);
  }

  /** Stops the process, TERM first, KILL after `graceMs`. Never rejects: an engine that does not obey is logged. */
  async kill(graceMs: number, cause: StopCause | null = null): Promise<void> {
    this.#isUnwanted = true;
    this.#stopCause ??= cause;
    await this.process.stop(graceMs).catch((error: Error) => {
      this.options.log.error({ reason: error.message }, 'an agent container could not be stopped');
    });
  }

  /** More messages for the running turn. An adopted agent may not have it yet, and drops what comes before it. */
  offer(turn: string, input: AgentInput): void {
    void this.#begun.then(() => this.link.send({ type: 'offer', turn, input }));
  }

  /** Ends the running turn; what it has said stays. One that does not obey is stopped. */
  interrupt(turn: string): void {
    if (this.turn !== turn) return;
    void this.#begun.then(() => this.link.send({ type: 'interrupt', turn }));
    const current = this.#current;
    this.options.clock.after(INTERRUPT_LIMIT_MS, () => {
      if (this.#current === current) void this.kill(0);
    });
  }

  /**
   * Resolves once a turn would start without waiting for Claude Code.
   * @throws AgentNotWarmError when it died first, or is not warm after `limitMs`
   */
  async warm(limitMs: number): Promise<void> {
    const ready = Promise.race([this.#warm.opened, this.process.exited]);
    const first = await within(this.options.clock, limitMs, ready);
    if (first === 'warm') return;
    throw new AgentNotWarmError(first === 'late' ? 'it did not get warm in time' : first.detail);
  }

  /** Lets the runner end by itself, then makes sure. Resolves when the process is gone. */
  async close(): Promise<void> {
    this.#isUnwanted = true;
    this.link.send({ type: 'close' });
    const first = await within(this.options.clock, CLOSE_LIMIT_MS, this.process.exited);
    if (first === 'late') await this.kill(0);
  }

  async #begin(order: TurnOrder): Promise<void> {
    const { context, ...frame } = order;
    const { turn } = context;
    if (this.#expectedTurn === turn) {
      const hello = await this.#awaitHello();
      if (!hello) return this.kill(0);
      await this.link.whenDone(hello.sent);
      this.#expectedTurn = null;
      if (!this.#current || hello.turn === turn) return;
    }
    this.#expectTaken(this.link.send({ type: 'turn', turn, ...frame }));
  }

  /** A runner that hangs before it has its turn is stopped, and the turn is tried again. */
  #expectTaken(seq: number): void {
    const current = this.#current;
    const isOver = () => current === null || this.#current !== current;
    this.options.clock.after(TAKE_LIMIT_MS, () => {
      if (isOver()) return;
      if (!this.link.hasTaken(seq)) this.#giveUp('not_taken', 'it did not take its turn');
      else this.#hang.expect();
    });
  }

  #giveUp(cause: StopCause, why: string): void {
    this.options.log.error({ turn: this.turn, cause }, `an agent hangs: ${why}; its container is stopped`);
    void this.kill(0, cause);
  }

  async #awaitHello(): Promise<RunnerHello | null> {
    const hello = await within(this.options.clock, ADOPTION_LIMIT_MS, this.#hello.opened);
    if (hello !== 'late') return hello;
    this.options.log.warn('an agent from before the restart does not answer; stopping it');
    return null;
  }

  async #take(work: RunnerWork): Promise<void> {
    switch (work.type) {
      case 'ready':
        this.options.log.debug('agent is warm');
        return this.#warm.open('warm');
      case 'request': {
        // One that was sent again belongs to the turn that is about to be taken up.
        if (this.#expectedTurn !== null) await this.#attached.opened;
        const answer = await this.options.onRequest(work, this.#current?.context ?? null);
        this.link.send({ type: 'response', id: work.id, ...answer });
        return;
      }
      case 'consumed':
      case 'output':
      case 'end':
        return this.#takeTurnWork(work);
    }
  }

  async #takeTurnWork(work: TurnWork): Promise<void> {
    if (work.turn === this.#expectedTurn) await this.#attached.opened;
    const current = this.#current;
    if (!current || current.context.turn !== work.turn) {
      const { turn, type } = work;
      return this.options.log.warn({ turn, type }, 'output of a turn that is over was dropped');
    }
    this.#hang.expect();
    await current.sink(work);
    if (work.type !== 'end') return;
    this.#current = null;
    current.over(work);
  }
}
