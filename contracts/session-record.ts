/**
 * An emergency session for people: what came of it, what it took, what it tried, what was said. `record.json` in the
 * session's folder holds the end, `trials/<n>/record.json` each fix, `transcript-<n>.jsonl` the words (one file for each
 * way to a model).
 */
import * as z from 'zod';
import type { Redact } from './redact.ts';

export const tryRecordSchema = z.object({
  number: z.number(),
  /** Null while it is at work, and where the supervisor died in the middle. */
  outcome: z.enum(['kept', 'undone', 'refused']).nullable(),
  detail: z.string(),
  /** All it changes; the changes themselves of the first few, empty for the others. */
  files: z.array(z.object({ path: z.string(), diff: z.string() })),
});
export type TryRecord = z.infer<typeof tryRecordSchema>;

export const sessionEndSchema = z.object({
  outcome: z.enum(['done', 'failed', 'unavailable']),
  detail: z.string(),
  seconds: z.number(),
  costUsd: z.number(),
  turns: z.number(),
  tries: z.number(),
});
export type SessionEnd = z.infer<typeof sessionEndSchema>;

/** One entry of a transcript. `says`, `calls`: the session; `hears`: what a tool told it; `notes`: Claude Code itself. */
export type TranscriptLine = { who: 'says' | 'calls' | 'hears' | 'notes'; text: string };

export type SessionRecord = {
  /** Which session of its incident, from 1. */
  number: number;
  /** Null while it runs. */
  end: SessionEnd | null;
  tries: TryRecord[];
  transcript: TranscriptLine[];
};

/** Of one entry; a command's output can have any length, characters. */
const TEXT_LIMIT = 1500;
/** Looked through for secrets: taking time for more would keep the supervisor from its work. */
const REDACT_LIMIT = 8 * TEXT_LIMIT;

const contentSchema = z.union([
  z.string().transform((text) => [{ type: 'text' as const, text }]),
  z.array(z.looseObject({ type: z.string() })),
]);
const lineSchema = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  message: z.looseObject({ content: contentSchema.catch([]) }).optional(),
  result: z.string().optional(),
});
const blockSchema = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), name: z.string(), input: z.unknown() }),
  z.looseObject({ type: z.literal('tool_result'), content: z.unknown() }),
]);

/** One line of streamed JSON in words, as they were said; none for what tells a person nothing. */
export function readTranscriptLine(line: string): TranscriptLine[] {
  const parsed = parseLine(line);
  if (parsed === null) return [];
  const { type, subtype, message, result } = parsed;
  if (type === 'result') return [entry('notes', `end: ${subtype ?? ''} ${result ?? ''}`)];
  if (type === 'system' && subtype === 'api_retry')
    return [entry('notes', 'the model did not answer; asked again')];
  if (type !== 'assistant' && type !== 'user') return [];
  return (message?.content ?? []).flatMap((block) => renderBlock(block));
}

function renderBlock(block: unknown): TranscriptLine[] {
  const parsed = blockSchema.safeParse(block);
  if (!parsed.success) return [];
  switch (parsed.data.type) {
    case 'text':
      return parsed.data.text.trim() === '' ? [] : [entry('says', parsed.data.text)];
    case 'tool_use':
      return [entry('calls', `${parsed.data.name} ${JSON.stringify(parsed.data.input)}`)];
    case 'tool_result':
      return [entry('hears', toolText(parsed.data.content))];
  }
}

function toolText(content: unknown): string {
  if (typeof content === 'string') return content;
  const blocks = Array.isArray(content) ? content : [];
  return blocks
    .map((block: { text?: unknown }) => (typeof block?.text === 'string' ? block.text : ''))
    .join('\n');
}

function entry(who: TranscriptLine['who'], text: string): TranscriptLine {
  return { who, text };
}

/**
 * A session may write what would move a terminal's cursor, or make a line read otherwise than it runs (signs of writing
 * direction); such signs are shown as one that does nothing.
 */
export function plain(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\uFFFD');
}

/** An entry fit to be shown. Secrets go before it is shortened, so that none is left in half. */
export function showLine({ who, text }: TranscriptLine, redact: Redact): TranscriptLine {
  const clean = plain(redact(text.slice(0, REDACT_LIMIT)));
  return { who, text: text.length > TEXT_LIMIT ? `${clean.slice(0, TEXT_LIMIT)} …` : clean };
}

function parseLine(line: string): z.infer<typeof lineSchema> | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // cut off by the end of the session, or written by somebody else
  }
}
