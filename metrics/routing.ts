/** Who answered in a span of time: the routing records (`logs/routing-metrics-*.jsonl`) counted, tier by tier. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readBlocks } from './read.ts';
import { type Spread, spread } from './summary.ts';

export type TierSummary = {
  turns: number;
  /** Seconds; null without turns. */
  latency: Spread | null;
  tokens: number;
  /** US dollars. */
  cost: number;
};

export type RoutingSummary = {
  turns: number;
  light: TierSummary;
  agent: TierSummary;
  /** Turns that looked light and went to the agent, by reason. */
  handovers: Record<string, number>;
  /** Turns that ended without an answer, by outcome. */
  unanswered: Record<string, number>;
};

type Line = {
  tier: 'light' | 'agent';
  handover: string | null;
  latency: number;
  tokens: number;
  cost: number;
  outcome: string;
};

const DATED = /^routing-metrics-\d{4}-\d{2}-\d{2}\.jsonl$/;

/** @param since local date `YYYY-MM-DD`; older files are not read. @returns null when there are no records */
export async function summarizeRouting(folder: string, since: string): Promise<RoutingSummary | null> {
  const lines: Line[] = [];
  for (const name of await filesSince(folder, since)) {
    for await (const { bytes } of readBlocks(join(folder, name))) lines.push(...parseLines(bytes));
  }
  if (lines.length === 0) return null;
  return {
    turns: lines.length,
    light: sumOf(lines.filter(({ tier }) => tier === 'light')),
    agent: sumOf(lines.filter(({ tier }) => tier === 'agent')),
    handovers: countBy(lines.flatMap(({ handover }) => handover ?? [])),
    unanswered: countBy(lines.flatMap(({ outcome }) => (outcome === 'answered' ? [] : outcome))),
  };
}

async function filesSince(folder: string, since: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []); // no folder yet: nothing was recorded yet
  return names.filter((name) => DATED.test(name) && name >= `routing-metrics-${since}`).sort();
}

function parseLines(bytes: Buffer): Line[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((text) => parseLine(text) ?? []);
}

/** Null for a line that a crash or a full disk has torn. */
function parseLine(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : null;
  } catch {
    return null; // torn
  }
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false;
  const { tier, handover, latency, tokens, cost, outcome } = value as Partial<Line>;
  return (
    (tier === 'light' || tier === 'agent') &&
    (handover === null || typeof handover === 'string') &&
    [latency, tokens, cost].every((figure) => typeof figure === 'number') &&
    typeof outcome === 'string'
  );
}

function sumOf(lines: readonly Line[]): TierSummary {
  return {
    turns: lines.length,
    latency: spread(lines.map(({ latency }) => latency)),
    tokens: lines.reduce((sum, { tokens }) => sum + tokens, 0),
    cost: lines.reduce((sum, { cost }) => sum + cost, 0),
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
