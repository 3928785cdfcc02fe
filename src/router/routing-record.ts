/**
 * `logs/routing-metrics.jsonl`: one line for each turn that people asked for, a file a day as the metrics have it. It tells
 * who answered and why, how long it took and what it cost; never what anybody wrote.
 */
import { DatedLines } from '../../metrics/record.ts';
import type { Decision, Tier } from './decide/decision.ts';
import type { HandoverReason } from './light/outcome.ts';

/** Why a turn that looked light went to the agent; `off` = there is no light model, `rerun` = it was begun before. */
export type RoutedAway = HandoverReason | 'off' | 'rerun';

export type RoutingRecord = {
  group: string;
  /** Who answered in the end. */
  tier: Tier;
  model: string;
  score: Decision['score'];
  reasons: Decision['reasons'];
  handover: RoutedAway | null;
  /** Seconds from the decision to the end, the light model's attempt included. */
  latency: number;
  tokens: number;
  /** US dollars; Copilot is a flat subscription, so the light model's is 0. */
  cost: number;
  /** `answered`, or a code for what went wrong. */
  outcome: string;
};

export const ROUTING_STEM = 'routing-metrics';

export class RoutingRecords {
  readonly #lines: DatedLines;

  constructor(folder: string, now?: () => number) {
    this.#lines = new DatedLines(folder, ROUTING_STEM, now);
  }

  /** Never throws; what could not be written is counted. */
  write(record: RoutingRecord): void {
    this.#lines.append(record);
  }

  get lost(): number {
    return this.#lines.lost;
  }

  close(): void {
    this.#lines.close();
  }
}
