/**
 * `logs/routing-metrics.jsonl`: one line for each turn that people asked for, a file a day as the metrics have it. It tells
 * who answered and why, how long it took and what it cost; never what anybody wrote.
 */
import { DatedLines } from '../../metrics/record.ts';
import type { Decision, Tier } from './decide/decision.ts';
import type { HandoverReason } from './light/outcome.ts';

/** Why a turn that looked light went to the agent; `off` = there is no light model, `rerun` = it was begun before. */
export type RoutedAway = HandoverReason | 'off' | 'rerun';

/** What is known of it once the router has decided, and what was spent on it since. */
export type RoutingDraft = {
  /** The turn's id, by which a line is known again. */
  turn: string;
  group: string;
  /** Who answered in the end. */
  tier: Tier;
  model: string;
  score: Decision['score'];
  reasons: Decision['reasons'];
  handover: RoutedAway | null;
  tokens: number;
  /** US dollars; Copilot is a flat subscription, so the light model's is 0. */
  cost: number;
};

export type RoutingRecord = RoutingDraft & {
  /** Seconds from the decision to the end, the light model's attempt included. */
  latency: number;
  /** `answered`, or a code for what went wrong. */
  outcome: string;
};

export const ROUTING_STEM = 'routing-metrics';

export class RoutingRecords {
  readonly #lines: DatedLines;

  constructor(folder: string, now?: () => number) {
    this.#lines = new DatedLines(folder, ROUTING_STEM, now);
  }

  /**
   * Never throws; what could not be written is counted.
   * @param endedAt wall-clock milliseconds, where the turn ended before this moment
   * @returns whether the line is in its file
   */
  write(record: RoutingRecord, endedAt?: number): boolean {
    return this.#lines.append(endedAt === undefined ? record : { ...stampOf(endedAt), ...record });
  }

  get lost(): number {
    return this.#lines.lost;
  }

  close(): void {
    this.#lines.close();
  }
}

function stampOf(ms: number): { timestamp: number; ts: string } {
  return { timestamp: Math.floor(ms / 1000), ts: new Date(ms).toISOString() };
}
