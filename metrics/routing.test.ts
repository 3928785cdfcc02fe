import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { summarizeRouting } from './routing.ts';

const line = (over: object) =>
  `${JSON.stringify({ tier: 'light', handover: null, latency: 1, tokens: 60, cost: 0, outcome: 'answered', ...over })}\n`;

it('counts who answered, how fast, for how much, what went over to the agent, and what stayed unanswered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-routing-'));
  const day = (date: string) => join(folder, `routing-metrics-${date}.jsonl`);
  writeFileSync(day('2026-02-28'), line({ tokens: 1e9 }));
  writeFileSync(day('2026-03-01'), line({}) + line({ latency: 3 }));
  const agent = { tier: 'agent', tokens: 500, cost: 0.25 };
  writeFileSync(day('2026-03-02'), line({ ...agent, latency: 9, handover: 'timeout' }));
  appendFileSync(day('2026-03-02'), `{"tier":"li\n${line({ ...agent, outcome: 'stop' })}{"tier":"light"`);
  writeFileSync(join(folder, 'metrics-2026-03-02.jsonl'), line({}));
  expect(await summarizeRouting(folder, '2026-03-01')).toEqual({
    turns: 4,
    light: { turns: 2, latency: { count: 2, mean: 2, p50: 1, p90: 3 }, tokens: 120, cost: 0 },
    agent: { turns: 2, latency: { count: 2, mean: 5, p50: 1, p90: 9 }, tokens: 1000, cost: 0.5 },
    handovers: { timeout: 1 },
    unanswered: { stop: 1 },
  });
});

it('has nothing to say where nothing was recorded', async () => {
  expect(await summarizeRouting('/nonexistent/logs', '2026-03-01')).toBeNull();
});
