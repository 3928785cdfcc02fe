/**
 * Decides who answers a turn, lets the light model answer where that suffices, and writes the record.
 *
 * Invariants: `route` never throws and ends within the light model's limits; whatever it says, the agent can take
 * over; each routed turn leaves one record, when its `close` is called.
 */
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Clock } from '../clock.ts';
import { decide } from './decide/decide.ts';
import type { Decision, PromptFeatures } from './decide/decision.ts';
import type { LightModel } from './light/light-model.ts';
import type { LightResult } from './light/outcome.ts';
import type { PastMessage } from './light/request.ts';
import type { RoutedAway, RoutingDraft, RoutingRecord } from './routing-record.ts';

export type RouteOrder = {
  /** The turn's id, for the record. */
  turn: string;
  /** The group's folder, for the record. */
  group: string;
  features: PromptFeatures;
  /** An agent has begun the turn, or something was said: the agent goes on with it. */
  isRerun: boolean;
  /** The chat's recent conversation, oldest first, without the question; bounded again before it is sent. */
  history(): readonly PastMessage[];
  /** What the group's memory says of the assistant. Never rejects. */
  persona(): Promise<string>;
  /** Called when the light model is about to be asked. */
  onAsk(): void;
};

export type Spent = { tokens: number; costUsd: number };

const NOTHING: Spent = { tokens: 0, costUsd: 0 };

export type Routed = {
  /** The light model's answer; null: ask the agent. */
  answer: string | null;
  /** Of the answer; 0 when there is none. */
  tokens: number;
  decision: Decision;
  /** What the record would say now. @param also what is about to be added */
  draft(also?: Spent): RoutingDraft;
  /** Adds what an agent has spent on it. */
  spend(spent: Spent): void;
  /** @param outcome `answered`, or a code for what became of it */
  close(outcome: string): RoutingRecord;
};

export type RouterOptions = {
  /** Null: the router is off and every turn is the agent's; `offReason` says why. */
  light: Pick<LightModel, 'ask' | 'check' | 'health' | 'stop' | 'model'> | null;
  offReason: string;
  assistantName: string;
  /** What the record calls the agent's model. */
  agentModel: string;
  records: { close(): void };
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Logger, 'info'>;
};

export class Router {
  constructor(readonly options: RouterOptions) {}

  /** Looks for the light model in the background, again and again; nothing waits for it. */
  start(): void {
    const { light, offReason, log } = this.options;
    log.info(
      light
        ? `Router: light questions go to ${light.model} through copilot-api`
        : `Router: claude-only (${offReason})`,
    );
    void light?.check();
  }

  /** @param signal ends the question to the light model */
  async route(order: RouteOrder, signal: AbortSignal): Promise<Routed> {
    const { agentModel, clock } = this.options;
    const startedAt = clock.monotonic();
    const decision = decide(order.features);
    const result = decision.tier === 'light' ? await this.#ask(order, signal) : null;
    const answer = result?.kind === 'answer' ? result : null;
    const spent = { tokens: tokensOf(result), costUsd: 0 };
    const draft = (also = NOTHING) => ({
      turn: order.turn,
      group: order.group,
      tier: answer ? ('light' as const) : ('agent' as const),
      model: answer?.model ?? agentModel,
      score: decision.score,
      reasons: decision.reasons,
      handover: result?.kind === 'handover' ? result.reason : null,
      tokens: spent.tokens + also.tokens,
      cost: spent.costUsd + also.costUsd,
    });
    return {
      answer: answer?.text ?? null,
      tokens: answer ? spent.tokens : 0,
      decision,
      draft,
      spend({ tokens, costUsd }) {
        spent.tokens += tokens;
        spent.costUsd += costUsd;
      },
      close: (outcome) => {
        const latency = Math.round(clock.monotonic() - startedAt) / 1000;
        return { ...draft(), latency, outcome };
      },
    };
  }

  async #ask(
    { features: { text }, isRerun, history, persona, onAsk }: RouteOrder,
    signal: AbortSignal,
  ): Promise<LightResult | { kind: 'handover'; reason: RoutedAway; usage: null }> {
    const { light, assistantName } = this.options;
    if (light === null) return { kind: 'handover', reason: 'off', usage: null };
    if (isRerun) return { kind: 'handover', reason: 'rerun', usage: null };
    onAsk();
    return light.ask({ text, history: history(), assistantName, persona: await persona() }, signal);
  }

  /** Never required: without the light model the agent answers everything. */
  health(): ComponentHealth {
    const { light, offReason } = this.options;
    const off = `claude-only: ${offReason}`;
    return light?.health() ?? { name: 'router', state: 'off', reason: off, required: false };
  }

  /** Ends running questions as hand-overs. Twice is fine. */
  async stop(): Promise<void> {
    await this.options.light?.stop();
    this.options.records.close();
  }
}

function tokensOf(result: { usage: LightResult['usage'] } | null): number {
  return result?.usage ? result.usage.inputTokens + result.usage.outputTokens : 0;
}
