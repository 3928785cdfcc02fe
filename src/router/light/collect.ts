/**
 * Puts an answer together from the events of an OpenAI-style stream. Nothing is shown before the end, since a
 * hand-over may still come; one is recognised as soon as it is complete, so that nobody waits for the rest.
 */
import * as z from 'zod';
import { stripInternal } from '../../turns/prompt.ts';
import { HandoverError, type LightAnswer, type Usage } from './outcome.ts';
import { EventStreamError, readEvents } from './read-events.ts';

const chunkSchema = z.looseObject({
  model: z.string().optional(),
  choices: z
    .array(
      z.looseObject({
        delta: z.looseObject({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
  error: z.unknown().optional(),
});
type Chunk = z.infer<typeof chunkSchema>;

/** Also the ways in which models get it slightly wrong. */
const HANDOVER = /<\s*\/?\s*handover\b/iu;
/** The tag may lie across pieces; what came before cannot become one any more, characters. */
const TAG_REACH = 16;
/** A light answer is a few sentences, characters. */
const LONGEST_ANSWER = 4000;

type Collected = { text: string; model: string | null; finish: string | null; usage: Usage | null };

/**
 * @param onFirst called once, when the first piece of text arrives
 * @throws HandoverError
 */
export async function collectAnswer(
  source: AsyncIterable<Uint8Array>,
  askedModel: string,
  onFirst: () => void,
): Promise<LightAnswer> {
  const collected: Collected = { text: '', model: null, finish: null, usage: null };
  let done = false;
  for await (const data of eventsOf(source)) {
    if (data === '[DONE]') {
      done = true;
      break;
    }
    take(collected, parseChunk(data), onFirst);
  }
  return conclude(collected, done, askedModel);
}

async function* eventsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  try {
    yield* readEvents(source);
  } catch (error) {
    if (error instanceof EventStreamError) throw new HandoverError('malformed', { cause: error });
    throw error;
  }
}

function parseChunk(data: string): Chunk {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (cause) {
    throw new HandoverError('malformed', { cause });
  }
}

function take(collected: Collected, chunk: Chunk, onFirst: () => void): void {
  if (chunk.error !== undefined && chunk.error !== null) throw new HandoverError('server_error');
  collected.model ??= chunk.model ?? null;
  if (chunk.usage) {
    collected.usage = {
      inputTokens: chunk.usage.prompt_tokens,
      outputTokens: chunk.usage.completion_tokens,
    };
  }
  // Some Copilot models send a first choice without content beside the one that matters.
  for (const { delta, finish_reason } of chunk.choices) {
    collected.finish = finish_reason ?? collected.finish;
    if (delta?.content) append(collected, delta.content, onFirst);
  }
}

function append(collected: Collected, piece: string, onFirst: () => void): void {
  if (collected.text === '') onFirst();
  const from = Math.max(0, collected.text.length - TAG_REACH);
  collected.text += piece;
  const { usage } = collected;
  if (HANDOVER.test(collected.text.slice(from))) throw new HandoverError('model_asked', { usage });
  if (collected.text.length > LONGEST_ANSWER) throw new HandoverError('too_long', { usage });
}

function conclude({ text, model, finish, usage }: Collected, done: boolean, askedModel: string): LightAnswer {
  if (finish === 'content_filter') throw new HandoverError('filtered', { usage });
  // A stream without `[DONE]` is whole if the model said that it had finished.
  if (finish === 'length' || (finish === null && !done)) throw new HandoverError('truncated', { usage });
  // It wants tools, which it does not have.
  if (finish === 'tool_calls' || finish === 'function_call')
    throw new HandoverError('model_asked', { usage });
  // What the outbox would take out of it is no part of the answer.
  const answer = stripInternal(text);
  if (answer === '') throw new HandoverError('empty', { usage });
  return { kind: 'answer', text: answer, model: model || askedModel, usage };
}
