import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { PromptFeatures } from './decision.ts';
import { isOneSlipFrom } from './misspelling.ts';

const decideOn = (text: string, more: Partial<PromptFeatures> = {}) =>
  decide({
    text,
    ...{ questions: 1, attachments: 0, origin: 'person', awaitsAnswer: false },
    ...{ inAgentThread: false, followsAgent: false, names: ['폴', 'Paul'] },
    ...more,
  });

describe('what is recognised whole is light', () => {
  it.each([
    ['@폴 안녕하세요!', ['social']],
    ['<@U123ABC>, thanks a lot, Paul', ['social']],
    ['ㅋㅋㅋㅋ', ['social']],
    ['오늘 너무 피곤해 ㅠㅠ', ['social']],
    ['광합성이 뭐야?', ['definition']],
    ['what does "now" mean', ['definition']],
    ['"오늘 회의 파일 보내줘" 영어로 번역해줘', ['translation']],
    ['이 문장 존댓말로 바꿔줘: 내일 늦어', ['rewriting']],
    ['3.5 + 1,000', ['arithmetic']],
    ['hi! tell me a joke', ['social', 'play']],
    ['why is the sky blue?', ['trivia']],
  ])('%s', (text, reasons) => {
    expect(decideOn(text)).toMatchObject({ tier: 'light', reasons });
  });
});

describe('what speaks for the agent outweighs every shape', () => {
  it.each([
    ['"오늘 회의" 영어로 번역해서 보내줘', 'command'],
    ['translate "notes.txt" to korean', 'file'],
    ['엔비디아 주가가 뭐야', 'current_facts'],
    ['whats teh wether', 'current_facts'],
    ['그게 뭐야', 'conversation'],
    ['what is our budget', 'personal'],
    ['안녕! 내일 3시에 알려줘', 'unrecognised'],
    ['what is example.com', 'link'],
    ['매일 농담 하나 해줘', 'schedule'],
    ['농담 하나 해줘. 광합성이 뭐야?', 'several_parts'],
    ['3948573 * 293847', 'big_numbers'],
    ['응', 'unrecognised'],
    ['👍', 'unrecognised'],
    ['', 'unrecognised'],
    ['§', 'unrecognised'],
  ])('%s: %s', (text, reason) => {
    expect(decideOn(text)).toMatchObject({ tier: 'agent', reasons: expect.arrayContaining([reason]) });
  });
});

describe('what is known without reading', () => {
  it.each([
    [{ origin: 'task' }, 'task'],
    [{ attachments: 1 }, 'attachment'],
    [{ questions: 2 }, 'several_questions'],
    [{ awaitsAnswer: true }, 'answers_question'],
    [{ inAgentThread: true }, 'agent_thread'],
  ] as const)('%j makes even a greeting the agent’s', (more, reason) => {
    expect(decideOn('안녕', more)).toMatchObject({ tier: 'agent', score: 100, reasons: [reason] });
  });

  it.each([
    ['결론이 뭐야?', 'agent'],
    ['what is inflation', 'agent'],
    ['why is the sky blue?', 'agent'],
    ['고마워!', 'light'],
    ['translate "good night" to korean', 'light'],
    ['17 * 3', 'light'],
    ['농담 하나 해줘', 'light'],
  ] as const)('after an agent has spoken %s is the %s’s', (text, tier) => {
    expect(decideOn(text)).toMatchObject({ tier: 'light' });
    expect(decideOn(text, { followsAgent: true })).toMatchObject({ tier });
  });

  it('a long text is not even read', () => {
    expect(decideOn('hi '.repeat(100_000))).toEqual({ tier: 'agent', score: 100, reasons: ['too_long'] });
  });
});

it('The score stays within 0 and 100, and below 30 for light prompts alone', () => {
  for (const text of ['안녕', 'what is inflation', 'send my files to Mina now', 'ㅇㅇ']) {
    const { score, tier } = decideOn(text);
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(100);
    expect(score < 30).toBe(tier === 'light');
  }
});

it.each([
  'a'.repeat(220),
  '1 '.repeat(110),
  'very '.repeat(44),
  '안녕 '.repeat(73),
  '"\'"\''.repeat(55),
  '너무 진짜 '.repeat(36),
  'i am so so so so so so so so so so so so so so so so so so so x',
  '3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + 3 + x',
  '농담 하나 더 좀 해줘 농담 하나 더 좀 해줘 농담 하나 더 좀 해줘 보',
  `3${'('.repeat(70)}x`,
  `농담 ${'해줘'.repeat(30)}보`,
  'nite '.repeat(15),
  'bye '.repeat(19),
])('Hostile repetition takes no longer than others: %s', (text) => {
  const times = Array.from({ length: 30 }, () => {
    const begin = performance.now();
    decideOn(text);
    return performance.now() - begin;
  });
  // The fastest: others may be at work on the same machine, but nothing makes a decision faster than it is.
  expect(Math.min(...times)).toBeLessThan(1);
});

it.each([
  ['wether', 'weather', true],
  ['tomorow', 'tomorrow', true],
  ['pirce', 'price', true],
  ['prize', 'price', true],
  ['schedulee', 'schedule', true],
  ['weather', 'weather', false],
  ['whether', 'weather', false],
  ['rice', 'price', true],
  ['news', 'new', false],
])('%s is one slip from %s: %s', (word, right, expected) => {
  expect(isOneSlipFrom(word, right)).toBe(expected);
});
