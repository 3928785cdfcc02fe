/**
 * What a request cost in US dollars, for budgets. Anthropic's list prices per million tokens, input and output
 * (platform.claude.com, "Pricing"); a cache write costs 1.25 times and a cache read a tenth of the input. With a
 * subscription nothing is paid a request, and the figure says what it would have been.
 */
import type { TokenCount } from './types.ts';

const MILLION = 1_000_000;
const CACHE_WRITE = 1.25;
const CACHE_READ = 0.1;

type Price = { input: number; output: number };

/** The first that fits the model's name counts. */
const PRICES: readonly (Price & { model: RegExp })[] = [
  { model: /haiku-4/, input: 1, output: 5 },
  { model: /3-5-haiku|haiku-3-5/, input: 0.8, output: 4 },
  { model: /haiku/, input: 1, output: 5 },
  { model: /sonnet/, input: 3, output: 15 },
  { model: /opus-4-[5-9]/, input: 5, output: 25 },
  { model: /opus/, input: 15, output: 75 },
];

/** Of a model that we don't know: the dearest, so that a budget is rather kept than missed. */
const UNKNOWN: Price = { input: 15, output: 75 };

export function costUsd(tokens: TokenCount, model: string | null): number {
  const { input, output } = PRICES.find((price) => price.model.test(model ?? '')) ?? UNKNOWN;
  const inputs = tokens.input + tokens.cacheWrite * CACHE_WRITE + tokens.cacheRead * CACHE_READ;
  return (inputs * input + tokens.output * output) / MILLION;
}
