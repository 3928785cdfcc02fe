/**
 * Which tier answers a prompt. Pure: the same prompt always gets the same answer, in well under a millisecond.
 *
 * The light model gets a prompt only if every clause of it has a shape that it can answer and nothing speaks for the
 * agent. What is not recognised is the agent's, so a kind of prompt nobody thought of costs time and never truth.
 */
import type { Decision, Need, PromptFeatures, Shape } from './decision.ts';
import { isOneSlipFrom } from './misspelling.ts';
import { NEED_RULES, OFTEN_MISSPELT } from './needs.ts';
import { type Prompt, readPrompt } from './read-prompt.ts';
import { KNOWLEDGE_RULES } from './shapes-knowledge.ts';
import { LANGUAGE_RULES } from './shapes-language.ts';
import { SOCIAL_RULES } from './shapes-social.ts';
import { NEED_WEIGHT, SHAPE_SCORE, THRESHOLDS } from './thresholds.ts';

const SHAPE_RULES = [...SOCIAL_RULES, ...LANGUAGE_RULES, ...KNOWLEDGE_RULES];

export function decide(features: PromptFeatures): Decision {
  const needs = new Set<Need>(needsOfTurn(features));
  const shapes = new Set<Shape>();
  if (needs.size === 0) weigh(readPrompt(features.text, features.names), needs, shapes);
  if (features.followsAgent) needs.add('follows_agent');
  const start = Math.max(0, ...[...shapes].map((shape) => SHAPE_SCORE[shape]));
  const score = [...needs].reduce((sum, need) => sum + NEED_WEIGHT[need], start);
  return {
    tier: score < THRESHOLDS.lightBelow ? 'light' : 'agent',
    score: Math.min(100, score),
    reasons: [...[...needs].sort((a, b) => NEED_WEIGHT[b] - NEED_WEIGHT[a]), ...shapes],
  };
}

/** What is known without reading; an overlong text is not read at all. */
function needsOfTurn(features: PromptFeatures): Need[] {
  const { text, questions, attachments, origin, awaitsAnswer, inAgentThread } = features;
  const needs: Need[] = [];
  if (origin === 'task') needs.push('task');
  if (attachments > 0) needs.push('attachment');
  if (questions > 1) needs.push('several_questions');
  if (awaitsAnswer) needs.push('answers_question');
  if (inAgentThread) needs.push('agent_thread');
  if (text.length > THRESHOLDS.longestText) needs.push('too_long');
  return needs;
}

function weigh(prompt: Prompt, needs: Set<Need>, shapes: Set<Shape>): void {
  if (prompt.lines > THRESHOLDS.mostLines) needs.add('too_long');
  if (prompt.whole.length >= THRESHOLDS.longish) needs.add('longish');
  if (prompt.isLaughter) shapes.add('social');
  else if (prompt.clauses.length === 0) needs.add('unrecognised');
  const telling = prompt.clauses.filter((clause) => {
    const shape = shapeOf(clause);
    if (shape === null) needs.add('unrecognised');
    else shapes.add(shape);
    // Small talk is recognised as a whole, word by word: nothing in it can ask for more.
    return shape !== 'social';
  });
  if (telling.length > 1) needs.add('several_parts');
  for (const need of needsOf(telling, prompt)) needs.add(need);
}

function shapeOf(clause: string): Shape | null {
  if (clause.length > THRESHOLDS.longestClause) return null;
  return SHAPE_RULES.find(({ pattern }) => pattern.test(clause))?.shape ?? null;
}

function needsOf(clauses: readonly string[], { quoted, whole }: Prompt): Need[] {
  const text = clauses.join(' \n ');
  const found = NEED_RULES.filter(({ pattern, where }) => {
    if (where === 'everywhere') return pattern.test(whole);
    if (where === 'quoted') return quoted.some((words) => pattern.test(words));
    return (where === 'clauses' || quoted.length === 0) && pattern.test(text);
  }).map(({ need }) => need);
  return hasMisspeltNeed(text) ? [...found, 'current_facts'] : found;
}

function hasMisspeltNeed(text: string): boolean {
  const words = text.match(/[a-z]{4,}/gu) ?? [];
  return words.some((word) => OFTEN_MISSPELT.some((right) => isOneSlipFrom(word, right)));
}
