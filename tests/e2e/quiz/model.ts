/** A model that answers each question of its conversation once, as a careful one would: what was sent stays said. */
import type { MessagesRequest } from '../../../src/offline-model/request.ts';
import type { ScriptedAnswer } from '../../../src/offline-model/wire.ts';
import { say } from '../../world/anthropic-script.ts';

const QUESTION = /question (\d+)/gu;
const ANSWER = /answer to (\d+)/gu;

export function answerOpenQuestions(request: MessagesRequest): ScriptedAnswer | null {
  const open = new Set<string>();
  for (const { role, content } of request.messages) {
    const text = JSON.stringify(content);
    if (role !== 'assistant') for (const number of numbers(text, QUESTION)) open.add(number);
    for (const number of numbers(text, ANSWER)) open.delete(number);
  }
  if (open.size > 0) return say([...open].map((number) => `answer to ${number}`).join('\n'));
  return say('<internal>nothing is left to answer</internal>');
}

function numbers(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, number = '']) => number);
}
