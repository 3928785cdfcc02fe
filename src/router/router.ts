/**
 * Decides who answers a message, lets the light model answer where that suffices, and writes the record.
 *
 * Invariants: `route` never throws and ends within the light model's limits; whatever it says, the agent can take
 * over; each routed message leaves one line in the record, when its `close` is called.
 */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Clock } from '../clock.ts';
import { decide } from './decide/decide.ts';
import type { Decision, PromptFeatures } from './decide/decision.ts';
import type { LightModel } from './light/light-model.ts';
import type { LightResult, Usage } from './light/outcome.ts';
import type { PastMessage } from './light/request.ts';
import type { RoutedAway, RoutingRecord } from './routing-record.ts';

export type RouteOrder = {
  /** The group's folder, for the record. */
  group: string;
  features: PromptFeatures;
  /** The group's recent conversation, oldest first, without the question; bounded again before it is sent. */
  history: readonly PastMessage[];
};

/** How a message ended, from whoever answered it. */
export type RouteEnd = {
  /** `answered`, or a code for what went wrong. */
  outcome: string;
  /** The agent's; what the light model spent is known already. */
  tokens?: number;
  costUsd?: number;
};

export type Routed = {
  /** The light model's answer; null: ask the agent. */
  answer: string | null;
  decision: Decision;
  /** Writes the record. Only the first call counts. */
  close(end: RouteEnd): void;
};

export type RouterOptions = {
  /** Null: the router is off and every message is the agent's; `offReason` says why. */
  light: Pick<LightModel, 'ask' | 'check' | 'health' | 'stop' | 'model'> | null;
  offReason: string;
  assistantName: string;
  /** What the record calls the agent's model. */
  agentModel: string;
  write(record: RoutingRecord): void;
  clock: Pick<Clock, 'monotonic'>;
};

export class Router {
  constructor(readonly options: RouterOptions) {}

  /** Looks for the light model in the background, again and again; nothing waits for it. */
  start(): void {
    void this.options.light?.check();
  }

  async route(order: RouteOrder, signal: AbortSignal): Promise<Routed> {
    const startedAt = this.options.clock.monotonic();
    const decision = decide(order.features);
    const result = decision.tier === 'light' ? await this.#ask(order, signal) : null;
    const answer = result?.kind === 'answer' ? result : null;
    const record = {
      group: order.group,
      tier: answer ? ('light' as const) : ('agent' as const),
      model: answer?.model ?? this.options.agentModel,
      score: decision.score,
      reasons: decision.reasons,
      handover: result?.kind === 'handover' ? result.reason : null,
    };
    return {
      answer: answer?.text ?? null,
      decision,
      close: once((end) => this.#write(record, startedAt, tokensOf(result?.usage), end)),
    };
  }

  async #ask(
    { features, history }: RouteOrder,
    signal: AbortSignal,
  ): Promise<LightResult | { kind: 'handover'; reason: RoutedAway; usage: null }> {
    const { light, assistantName } = this.options;
    if (light === null) return { kind: 'handover', reason: 'off', usage: null };
    return light.ask({ text: features.text, history, assistantName }, signal);
  }

  #write(
    record: Pick<RoutingRecord, 'group' | 'tier' | 'model' | 'score' | 'reasons' | 'handover'>,
    startedAt: number,
    lightTokens: number,
    { outcome, tokens = 0, costUsd = 0 }: RouteEnd,
  ): void {
    const latency = Math.round(this.options.clock.monotonic() - startedAt) / 1000;
    this.options.write({ ...record, latency, tokens: lightTokens + tokens, cost: costUsd, outcome });
  }

  /** Never required: without the light model the agent answers everything. */
  health(): ComponentHealth {
    const { light, offReason } = this.options;
    return light?.health() ?? { name: 'copilot', state: 'off', reason: offReason, required: false };
  }

  /** Ends running questions as hand-overs. Twice is fine. */
  async stop(): Promise<void> {
    await this.options.light?.stop();
  }
}

function tokensOf(usage: Usage | null | undefined): number {
  return usage ? usage.inputTokens + usage.outputTokens : 0;
}

function once(write: (end: RouteEnd) => void): (end: RouteEnd) => void {
  let isClosed = false;
  return (end) => {
    if (isClosed) return;
    isClosed = true;
    write(end);
  };
}
