/** A model that answers each question of its conversation once, as a careful one would: what was sent stays said. */
import type { MessagesRequest } from '../../../src/offline-model/request.ts';
import type { ScriptedAnswer } from '../../../src/offline-model/wire.ts';
import { answer, answersIn, questionsIn } from '../../quiz/words.ts';
import { say } from '../../world/anthropic-script.ts';

export function answerOpenQuestions(request: MessagesRequest): ScriptedAnswer | null {
  const open = new Set<number>();
  for (const { role, content } of request.messages) {
    const text = JSON.stringify(content);
    if (role !== 'assistant') for (const number of questionsIn(text)) open.add(number);
    for (const number of answersIn(text)) open.delete(number);
  }
  if (open.size > 0) return say([...open].map(answer).join('\n'));
  return say('<internal>nothing is left to answer</internal>');
}
