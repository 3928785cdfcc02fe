/** What the Anthropic stand-in answers: scripted answers first, then whoever matches, else the offline model. */
import { isSideCall, type MessagesRequest } from '../../src/offline-model/request.ts';
import { respond, type Scripted } from '../../src/offline-model/respond.ts';
import type { ScriptedAnswer, ScriptedBlock } from '../../src/offline-model/wire.ts';

export type Matcher = (request: MessagesRequest) => ScriptedAnswer | null;

export class AnthropicScript {
  #queue: ScriptedAnswer[] = [];
  #matchers: Matcher[] = [];

  constructor(readonly label: boolean) {}

  /** Answers for the next requests, in order. Side calls (titles, probes) take none. */
  queue(...answers: ScriptedAnswer[]): void {
    this.#queue.push(...answers);
  }

  /** Asked when the queue is empty; null passes on to the next. */
  match(matcher: Matcher): void {
    this.#matchers.push(matcher);
  }

  answer(request: MessagesRequest): Scripted {
    const scripted = isSideCall(request) ? null : (this.#queue.shift() ?? this.#matched(request));
    return scripted === null ? respond(request, { label: this.label }) : { answer: scripted, delayMs: 0 };
  }

  #matched(request: MessagesRequest): ScriptedAnswer | null {
    for (const matcher of this.#matchers) {
      const answer = matcher(request);
      if (answer !== null) return answer;
    }
    return null;
  }
}

/** An answer that only says something. */
export function say(text: string): ScriptedAnswer {
  return scripted([{ type: 'text', text }]);
}

/** An answer that calls a tool, after some words if there are any. */
export function call(name: string, input: object, text = ''): ScriptedAnswer {
  const words: ScriptedBlock[] = text === '' ? [] : [{ type: 'text', text }];
  return { ...scripted([...words, { type: 'tool_use', name, input }]), stopReason: 'tool_use' };
}

function scripted(blocks: ScriptedBlock[]): ScriptedAnswer {
  return { blocks, stopReason: 'end_turn', usage: { inputTokens: 100, outputTokens: 20 } };
}
