/** Who answered, for people: rows for the metrics' table. Pure. */
import type { RoutingSummary, TierSummary } from '../../../metrics/routing.ts';
import type { Texts } from '../texts/index.ts';
import { countsText, percent, spreadText } from './figures.ts';

export function routingRows(routing: RoutingSummary, { routing: t }: Texts): string[][] {
  const rows = [
    [t.light, tierText(routing.light, routing.turns, t)],
    [t.agent, tierText(routing.agent, routing.turns, t)],
    [t.handovers, countsText(routing.handovers, sum(routing.handovers))],
  ];
  const unanswered = sum(routing.unanswered);
  return unanswered === 0 ? rows : [...rows, [t.unanswered, countsText(routing.unanswered, unanswered)]];
}

function tierText({ turns, latency, tokens, cost }: TierSummary, all: number, t: Texts['routing']): string {
  if (turns === 0) return '0';
  const spent = t.spent(tokens.toLocaleString('en'), cost.toFixed(2));
  return [t.turns(turns, percent(turns / all)), spreadText(latency), spent].join(' · ');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
