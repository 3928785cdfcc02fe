import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { PromptFeatures, Tier } from './decision.ts';

const FIRST_WORDS = {
  ...({ questions: 1, attachments: 0, origin: 'person' } as const),
  ...{ awaitsAnswer: false, inAgentThread: false, followsAgent: false },
};

/** What is true of the turn beside its words, where something is. */
type Circumstances = Partial<Omit<PromptFeatures, 'text' | 'names'>>;
type Line = { text: string; lang: 'ko' | 'en'; seen?: true; half?: 'test'; with?: Circumstances };
type Prompt = Omit<Line, 'half'> & { label: Tier; half: 'tuning' | 'test' };

const prompts = [...read('light'), ...read('agent')];

function read(label: Tier): Prompt[] {
  const lines = readFileSync(new URL(`../labelled/${label}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const prompt: Line = JSON.parse(line);
    return { ...prompt, label, half: prompt.seen === true ? 'tuning' : (prompt.half ?? halfOf(prompt.text)) };
  });
}

/** Fixed for good by the text itself, so that nobody can choose. */
function halfOf(text: string): Prompt['half'] {
  return (createHash('sha256').update(text).digest()[0] ?? 0) % 2 === 0 ? 'tuning' : 'test';
}

function tierOf({ text, with: more = {} }: Pick<Line, 'text' | 'with'>): Tier {
  return decide({ ...FIRST_WORDS, ...more, text, names: ['폴', 'Paul'] }).tier;
}

function confusion(half: Prompt['half']) {
  const chosen = prompts
    .filter((prompt) => prompt.half === half)
    .map((prompt) => `${prompt.label} ${tierOf(prompt)}`);
  const count = (label: Tier, tier: Tier) => chosen.filter((pair) => pair === `${label} ${tier}`).length;
  const [lightLight, lightAgent] = [count('light', 'light'), count('light', 'agent')];
  const [agentLight, agentAgent] = [count('agent', 'light'), count('agent', 'agent')];
  return {
    accuracy: (lightLight + agentAgent) / chosen.length,
    wronglyLight: agentLight / (agentLight + agentAgent),
    text: [
      `${half} half, ${chosen.length} prompts`,
      '                 → light  → agent',
      `labelled light   ${String(lightLight).padStart(7)}${String(lightAgent).padStart(9)}`,
      `labelled agent   ${String(agentLight).padStart(7)}${String(agentAgent).padStart(9)}`,
    ].join('\n'),
  };
}

describe('the labelled prompts', () => {
  it('are at least 480, no text twice, nearly half of them Korean', () => {
    const korean = prompts.filter(({ lang }) => lang === 'ko').length / prompts.length;
    expect(prompts.length).toBeGreaterThanOrEqual(480);
    const whole = prompts.map(({ text, with: more }) => JSON.stringify([text, more]));
    expect(new Set(whole).size).toBe(prompts.length);
    expect(korean).toBeGreaterThan(0.44);
  });

  it.each(['tuning', 'test'] as const)(
    'of the %s half: at least 95 in 100 to the right tier, at most 5 in 1000 that need the agent to the light one',
    (half) => {
      const matrix = confusion(half);
      process.stdout.write(`\n${matrix.text}\n`);
      expect(matrix.accuracy).toBeGreaterThanOrEqual(0.95);
      expect(matrix.wronglyLight).toBeLessThanOrEqual(0.005);
    },
  );

  it('take less than a millisecond each', () => {
    const slow = prompts.filter((prompt) => !isFast(prompt));
    expect(slow).toEqual([]);
  });
});

/** Once in a few times is enough: others may be at work on the same machine. */
function isFast(prompt: Prompt): boolean {
  return Array.from({ length: 20 }).some(() => timeOf(prompt) < 1);
}

function timeOf(prompt: Prompt): number {
  const begin = performance.now();
  tierOf(prompt);
  return performance.now() - begin;
}
