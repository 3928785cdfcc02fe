/**
 * The light model behind copilot-api: asked when it is likely to answer soon, left alone after failures.
 *
 * Invariants: `ask` never throws and ends within its time limits; every failure is a hand-over with its reason, so
 * the caller always knows what to do next: ask the agent. One question at a time: a proxy that hangs keeps one person
 * waiting, and after that nobody until the pause is over.
 */
import { Agent, type Dispatcher } from 'undici';
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { Clock } from '../../clock.ts';
import { callModel } from './call.ts';
import { checkEndpoint, type EndpointProblem } from './check.ts';
import { HandoverError, type HandoverReason, type LightResult } from './outcome.ts';
import { afterFailure, OPEN, PACE_MS, PACE_PATIENCE_MS, type PauseState, paceWaitMs } from './pause.ts';
import { composeMessages, type Question } from './request.ts';

export type LightModelOptions = {
  baseUrl: string;
  apiKey: string;
  model: string;
  clock: Clock;
  dispatcher?: Dispatcher;
};

/** How often a proxy that nobody asks is looked at, one that is not well, and how long a look may take, milliseconds. */
const CHECK_EVERY_MS = 60_000;
const CHECK_AGAIN_MS = 10_000;
const CHECK_LIMIT_MS = 3000;
const CONNECT_LIMIT_MS = 2000;

export class LightModel {
  #pause: PauseState = OPEN;
  /** When the proxy passes or passed on the newest request, monotonic milliseconds. */
  #lastPassAt: number | null = null;
  #endpointProblem: EndpointProblem | null = null;
  #cancelCheck: () => void = () => undefined;
  #stopped: Promise<void> | null = null;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<LightResult>>();
  readonly #dispatcher: Dispatcher;

  constructor(readonly options: LightModelOptions) {
    this.#dispatcher = options.dispatcher ?? new Agent({ connect: { timeout: CONNECT_LIMIT_MS } });
  }

  get model(): string {
    return this.options.model;
  }

  /** Looks whether the proxy is there, and from then on regularly. Never rejects. */
  async check(): Promise<void> {
    this.#cancelCheck();
    const limit = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(CHECK_LIMIT_MS)]);
    this.#endpointProblem = await checkEndpoint(this.#dispatcher, this.options, limit);
    // It is back. Other failures are forgotten only when the model answers again.
    if (this.#endpointProblem === null && this.#pause.lastFailure === 'no_network') this.#pause = OPEN;
    if (this.#stop.signal.aborted) return;
    const nextMs = this.#endpointProblem === null ? CHECK_EVERY_MS : CHECK_AGAIN_MS;
    this.#cancelCheck = this.options.clock.after(nextMs, () => void this.check());
  }

  /** @param signal ends the question; the answer is then a hand-over, `stopped` */
  ask(question: Question, signal: AbortSignal): Promise<LightResult> {
    const asking = this.#ask(question, AbortSignal.any([signal, this.#stop.signal]));
    this.#running.add(asking);
    return asking.finally(() => this.#running.delete(asking));
  }

  async #ask(question: Question, signal: AbortSignal): Promise<LightResult> {
    const { baseUrl, apiKey, model, clock } = this.options;
    const now = clock.monotonic();
    const wait = paceWaitMs(this.#lastPassAt, now);
    if (signal.aborted) return handover('stopped');
    if (now < this.#pause.until || this.#endpointProblem?.isDown) return handover('paused');
    if (wait > PACE_PATIENCE_MS || this.#running.size > 0) return handover('pace');
    this.#lastPassAt = now + wait;
    try {
      const messages = composeMessages(question);
      const where = { dispatcher: this.#dispatcher, baseUrl, apiKey, model };
      const answer = await callModel({ ...where, messages, paceWaitMs: wait, clock, signal });
      this.#pause = OPEN;
      this.#endpointProblem = null;
      return answer;
    } catch (error) {
      return this.#take(error);
    }
  }

  #take(error: unknown): LightResult {
    const failure = error instanceof HandoverError ? error : new HandoverError('malformed', { cause: error });
    // A hand-over of its own shows that the model is well.
    this.#pause =
      failure.reason === 'model_asked'
        ? OPEN
        : afterFailure(this.#pause, failure, this.options.clock.monotonic());
    return { kind: 'handover', reason: failure.reason, usage: failure.usage };
  }

  health(): ComponentHealth {
    const common = { name: 'router', required: false };
    const problem = this.#endpointProblem;
    const { lastFailure } = this.#pause;
    if (problem !== null) {
      const signal = problem.isDown ? { signal: 'copilot_down' as const } : {};
      return { ...common, ...signal, state: 'degraded', reason: `${problem.reason}: ${INSTEAD}` };
    }
    if (lastFailure !== null) {
      return {
        ...common,
        state: 'degraded',
        reason: `${HINTS[lastFailure] ?? lastFailure}: ${this.#until()}`,
      };
    }
    const pace = `one question each ${PACE_MS / 1000} s`;
    return { ...common, state: 'ok', reason: `${this.options.model} answers light questions, ${pace}` };
  }

  #until(): string {
    const left = Math.ceil((this.#pause.until - this.options.clock.monotonic()) / 1000);
    return left > 0 ? `${INSTEAD}; asked again in ${left} s` : 'the next light question tries again';
  }

  /** Running questions end as hand-overs. Twice is fine. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#cancelCheck();
    this.#stop.abort();
    await Promise.all(this.#running);
    if (!this.options.dispatcher) await this.#dispatcher.close();
  }
}

const INSTEAD = 'the agent answers everything';

/** What a person can do about it. */
const HINTS: Readonly<Partial<Record<HandoverReason, string>>> = {
  no_network: 'copilot-api does not answer (sudo systemctl restart copilot-api)',
  unauthorized: 'copilot-api is not signed in (copilot-api auth)',
  rate_limited: 'Copilot limits the requests',
  refused: 'copilot-api refuses the request: see COPILOT_MODEL',
};

function handover(reason: HandoverReason): LightResult {
  return { kind: 'handover', reason, usage: null };
}
