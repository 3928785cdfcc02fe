/**
 * Runs turns, one at a time, over the live conversation: what is pushed into it, what is sent to the host, when
 * it must be given up.
 *
 *   idle ──run──▶ turn ──end──▶ idle | next waiting turn
 *   any ──close drain──▶ closing ──end of the running turn──▶ closed
 *   any ──close now────▶ closed (the running turn has failed)
 *
 * Invariant: a conversation that may still act on an input of a turn that is over is discarded.
 */
import type {
  AgentInput,
  AgentSession,
  HostWork,
  RunnerConfig,
  RunnerWork,
  Unsequenced,
} from '../../contracts/link.ts';
import type { CloseMode, ConversationEvent, OpenConversation } from './conversation.ts';
import { LiveConversation } from './live-conversation.ts';
import type { Log, Timers } from './ports.ts';
import { hasUnanswered, holdsMessages, newTurn, stepTurn, type Turn, type TurnEvent } from './turn.ts';
import { UsageMeter } from './usage.ts';

/**
 * An interrupt ends a turn in about 15 ms, but passes without effect when the child has not read the input yet;
 * so it is repeated, and after two seconds the child is ended.
 */
export const INTERRUPT_EVERY_MS = 200;
export const INTERRUPT_TRIES = 10;

type TurnOrder = Extract<HostWork, { type: 'turn' }>;
type TurnEnd = Extract<RunnerWork, { type: 'end' }>;

export type SessionOptions = {
  open: OpenConversation;
  send(frame: Unsequenced<RunnerWork>): void;
  newId(): string;
  timers: Timers;
  log: Log;
};

export class Session {
  readonly #live: LiveConversation;
  readonly #usage = new UsageMeter();
  #config: RunnerConfig | null = null;
  #turn: Turn | null = null;
  #waiting: TurnOrder[] = [];
  #closing: CloseMode | null = null;
  #closed: () => void = () => undefined;
  /** Resolves when a close is complete: no turn runs and the child is gone. */
  readonly closed = new Promise<void>((resolve) => {
    this.#closed = resolve;
  });

  constructor(readonly options: SessionOptions) {
    this.#live = new LiveConversation(options.open, (event, session) => this.#hear(event, session));
  }

  /** The running turn's id. */
  get currentTurn(): string | null {
    return this.#turn?.id ?? null;
  }

  /** The live session's id; empty before it has one. */
  get sessionId(): string {
    return this.#live.session?.id ?? '';
  }

  /** Takes the setup of each welcome. The first prewarms; a changed one replaces an idle child at once. */
  configure(config: RunnerConfig): void {
    const first = this.#config === null;
    this.#config = config;
    if (this.#closing) return;
    if (first) this.#open(config.session, config);
    else if (!this.#turn && this.#live.isOutdated(config)) this.#open(this.#live.session, config);
  }

  run(order: TurnOrder): void {
    if (this.#closing || this.#turn?.id === order.turn) return;
    if (this.#turn) this.#waiting.push(order);
    else this.#begin(order);
  }

  /** More messages for the running turn; for a turn that is over or that holds them already they are dropped. */
  offer(turn: string, input: AgentInput): void {
    if (this.#turn?.id !== turn || this.#turn.phase !== 'running') return;
    if (!holdsMessages(this.#turn, input.messages)) this.#push(input, true);
  }

  interrupt(turn: string): void {
    if (this.#turn?.id !== turn || this.#turn.phase !== 'running') return;
    this.#step({ type: 'interrupt' }, null);
    this.#pressInterrupt(turn, INTERRUPT_TRIES);
  }

  /** `gentle` lets the running turn finish; `force` fails it, so that the host runs it again elsewhere. */
  close(mode: CloseMode): void {
    this.#closing = mode;
    this.#waiting = [];
    const failure = { code: 'crashed', text: 'the agent was told to stop' } as const;
    if (mode === 'force') this.#step({ type: 'gone', failure }, this.#live.session);
    if (!this.#turn) this.#finish(mode);
  }

  #begin(order: TurnOrder): void {
    const config = this.#config;
    if (!config) return; // No frame comes before the first welcome.
    if (this.#live.isOutdated(config) || !this.#live.isAt(order.session)) this.#open(order.session, config);
    this.#turn = newTurn(order.turn, order.firstOrdinal);
    this.options.log('turn', { turn: order.turn, session: order.session?.id ?? null });
    this.#push(order.input, false);
  }

  #open(session: AgentSession | null, config: RunnerConfig): void {
    this.#usage.opened(session?.id ?? null);
    this.#live.open(session, config);
  }

  #push(input: AgentInput, offered: boolean): void {
    const uuid = this.options.newId();
    this.#step({ type: 'pushed', uuid, messages: input.messages, offered }, null);
    this.#live.push(uuid, input);
  }

  #hear(event: ConversationEvent, session: AgentSession | null): void {
    switch (event.type) {
      case 'ready':
        this.options.log('ready');
        return this.options.send({ type: 'ready' });
      case 'started':
        return this.#usage.named(event.session);
      case 'said':
        return;
      case 'retry':
        return this.options.log('model_retry', { attempt: event.attempt, status: event.status });
      case 'taken':
        return this.#step(event, session);
      case 'result':
        this.#usage.count(event);
        return this.#step(event, session);
      case 'gone':
        this.options.log('claude_gone', { code: event.failure.code, reason: event.failure.text });
        return this.#step(event, session);
    }
  }

  /** @param session what an `end` tells the host to resume with */
  #step(event: TurnEvent, session: AgentSession | null): void {
    if (!this.#turn) return;
    const { id } = this.#turn;
    const step = stepTurn(this.#turn, event);
    this.#turn = step.turn;
    for (const frame of step.frames) {
      if (frame.type !== 'end') this.options.send({ ...frame, turn: id });
      else this.#end(step.turn, { ...frame, turn: id, session, usage: this.#usage.take() });
    }
  }

  #end(turn: Turn, frame: Unsequenced<TurnEnd>): void {
    this.#turn = null;
    this.options.log('turn_end', { turn: turn.id, outcome: frame.outcome, code: frame.error?.code ?? null });
    this.options.send(frame);
    if (hasUnanswered(turn)) this.#live.discard('force');
    if (this.#closing) return this.#finish(this.#closing);
    const next = this.#waiting.shift();
    if (next) this.#begin(next);
  }

  #pressInterrupt(turn: string, triesLeft: number): void {
    if (this.#turn?.id !== turn) return;
    if (triesLeft === 0) {
      const failure = { code: 'crashed', text: 'the interrupt was not obeyed' } as const;
      return this.#step({ type: 'gone', failure }, this.#live.session);
    }
    this.#live
      .interrupt()
      .catch((error: Error) => this.options.log('interrupt_failed', { reason: error.name }));
    this.options.timers.after(INTERRUPT_EVERY_MS, () => this.#pressInterrupt(turn, triesLeft - 1));
  }

  #finish(mode: CloseMode): void {
    this.#live.discard(mode);
    void this.#live.gone.then(this.#closed);
  }
}
