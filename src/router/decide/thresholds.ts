/**
 * The decision's only numbers. Tuned on the tuning half of the labelled prompts, with this aim: a prompt that needs
 * the agent must not be answered by the light model; one that does not may well cost an agent's turn.
 */
import type { Need, Shape } from './decision.ts';

export const THRESHOLDS = {
  /** Below this score the light model answers. */
  lightBelow: 30,
  /** Longer texts are the agent's, characters. */
  longestText: 220,
  /** From here on length is a doubt, characters. */
  longish: 120,
  /** More lines than this are a list of things to do. */
  mostLines: 3,
  /** A clause longer than this is no word or concept any more, characters. */
  longestClause: 80,
} as const;

/** Where the score starts: how sure a shape makes us that no tool is needed. */
export const SHAPE_SCORE: Readonly<Record<Shape, number>> = {
  social: 0,
  arithmetic: 5,
  translation: 5,
  rewriting: 5,
  play: 5,
  trivia: 10,
  definition: 10,
};

/**
 * What each need adds, once. Any number from `lightBelow` on decides alone; smaller ones are doubts that add up.
 */
export const NEED_WEIGHT: Readonly<Record<Need, number>> = {
  task: 100,
  attachment: 100,
  answers_question: 100,
  several_questions: 100,
  agent_thread: 100,
  too_long: 100,
  link: 100,
  file: 70,
  code: 70,
  memory: 100,
  command: 70,
  schedule: 70,
  current_facts: 70,
  conversation: 60,
  people: 60,
  personal: 60,
  judgement: 60,
  own_context: 60,
  big_numbers: 60,
  unrecognised: 60,
  clock: 40,
  longish: 10,
  several_parts: 20,
  // With it a definition or a fact is the agent's; what is whole in itself (a sum, a quoted sentence) stays light.
  follows_agent: 20,
};
