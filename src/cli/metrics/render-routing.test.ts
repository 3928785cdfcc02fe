import { expect, it } from 'vitest';
import { en } from '../texts/en.ts';
import { routingRows } from './render-routing.ts';

const light = { turns: 3, latency: { count: 3, mean: 2, p50: 1, p90: 3 }, tokens: 12_000, cost: 0 };
const agent = { turns: 1, latency: { count: 1, mean: 9, p50: 9, p90: 9 }, tokens: 900, cost: 0.256 };

it('shows turns, share, speed, tokens and cost of both, and why what looked light was handed over', () => {
  const rows = routingRows({ turns: 4, light, agent, handovers: { timeout: 2 }, unanswered: {} }, en);
  expect(rows).toEqual([
    ['light answers', expect.stringMatching(/^3 \(75\.000 %\) · .*p90 3.* · 12,000 tokens · \$0\.00$/u)],
    ['agent answers', expect.stringMatching(/^1 \(25\.000 %\) · .* · 900 tokens · \$0\.26$/u)],
    ['handed to the agent', '2: timeout 2'],
  ]);
});

it('says what was not answered, and nothing of a tier that nobody used', () => {
  const unused = { turns: 0, latency: null, tokens: 0, cost: 0 };
  const rows = routingRows({ turns: 1, light: unused, agent, handovers: {}, unanswered: { auth: 1 } }, en);
  expect(rows.slice(0, 1)).toEqual([['light answers', '0']]);
  expect(rows.at(-1)).toEqual(['not answered', '1: auth 1']);
});
