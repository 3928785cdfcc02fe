/**
 * The script: a Messages request in, an answer out. Pure, so that the same request always gets the same answer.
 * Invariant: every answer with words, also one made for the client's side calls, begins with the label, so that nobody
 * takes it for a model's.
 */
import { fillSchema } from './fill-schema.ts';
import {
  hasTool,
  type MessagesRequest,
  newestInput,
  type ToolResult,
  userTexts,
  wantedSchema,
  withoutTrigger,
} from './request.ts';
import { LABELS, type Language, languageOf, quote, TEXTS, type Texts } from './texts.ts';
import type { ScriptedAnswer, ScriptedBlock } from './wire.ts';

/** Longest wait a chat message can ask for, seconds: well below every client's timeout. */
const SLOW_LIMIT_SECONDS = 120;
/** How much of a conversation its summary keeps. */
const SUMMARY_TEXTS = 10;
/** Rough size of a token, characters; Anthropic's own rule of thumb for English. */
const CHARACTERS_PER_TOKEN = 4;

export type Scripted = { answer: ScriptedAnswer; delayMs: number };

/** `label: false` leaves the label away, for tests that want to stand for a real model. */
export function respond(request: MessagesRequest, options: { label: boolean } = { label: true }): Scripted {
  const { text, toolResult } = newestInput(request);
  const asked = withoutTrigger(text);
  const language = languageFor(request);
  const step = decide(request, { text: asked, toolResult }, language);
  const label = options.label ? `${LABELS[language]} ` : '';
  const block: ScriptedBlock = wantedSchema(request)
    ? { type: 'text', text: JSON.stringify(fillSchema(wantedSchema(request), `${label}${quote(asked)}`)) }
    : { type: 'text', text: `${label}${step.text}` };
  const words = step.text === '' ? [] : [block];
  const blocks = step.command === undefined ? words : [...words, bash(step.command)];
  return { answer: withUsage(request, blocks), delayMs: (step.delaySeconds ?? 0) * 1000 };
}

/** Tokens of a request, roughly: nothing is billed by it. */
export function estimateTokens(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / CHARACTERS_PER_TOKEN);
}

/** That of the newest words; of the trigger word where there are no others. */
function languageFor(request: MessagesRequest): Language {
  const said = userTexts(request).at(-1) ?? '';
  return languageOf(withoutTrigger(said) || said);
}

type Step = { text: string; command?: string; delaySeconds?: number };
type Input = { text: string; toolResult: ToolResult | null };

function decide(request: MessagesRequest, { text, toolResult }: Input, language: Language): Step {
  const texts = TEXTS[language];
  if (request.max_tokens === 1 || wantedSchema(request) !== null) return { text: 'ok' };
  if (isCompaction(text)) return { text: summarize(request, texts) };
  if (toolResult === null) return follow(request, text, language);
  const report = toolResult.isError ? texts.failed(toolResult.output) : texts.output(toolResult.output);
  if (text === '') return { text: report };
  // A message that arrived while the command ran comes with its result: both are answered.
  const next = follow(request, text, language);
  return { ...next, text: `${report}\n\n${next.text}`.trim() };
}

function follow(request: MessagesRequest, text: string, language: Language): Step {
  const texts = TEXTS[language];
  const command = /^(?:run|실행)\s+([\s\S]+)$/i.exec(text)?.[1];
  if (command !== undefined) {
    return hasTool(request, 'Bash') ? { text: '', command } : { text: texts.noBash };
  }
  const seconds = /^(?:slow|천천히)\s+(\d+)\s*(?:s|초)?$/i.exec(text)?.[1];
  if (seconds !== undefined) {
    const delaySeconds = Math.min(Number(seconds), SLOW_LIMIT_SECONDS);
    return { text: texts.waited(delaySeconds), delaySeconds };
  }
  return /^(?:help|도움말|\?)$/i.test(text) ? { text: texts.help } : { text: texts.unknown(text) };
}

/** Claude Code asks for a `<summary>` in these words before it shortens a conversation. */
function isCompaction(text: string): boolean {
  return text.includes('Your task is to create a detailed summary');
}

function summarize(request: MessagesRequest, texts: Texts): string {
  const said = userTexts(request).slice(0, -1).slice(-SUMMARY_TEXTS);
  return `<summary>\n${texts.summary(said)}\n</summary>`;
}

function bash(command: string): ScriptedBlock {
  return { type: 'tool_use', name: 'Bash', input: { command, description: 'Run what the chat asked for' } };
}

function withUsage(request: MessagesRequest, blocks: ScriptedBlock[]): ScriptedAnswer {
  const usesTool = blocks.some((block) => block.type === 'tool_use');
  const outputTokens = Math.min(estimateTokens(blocks), request.max_tokens ?? Number.POSITIVE_INFINITY);
  return {
    blocks,
    stopReason: request.max_tokens === 1 ? 'max_tokens' : usesTool ? 'tool_use' : 'end_turn',
    usage: { inputTokens: estimateTokens(request.messages), outputTokens },
  };
}
