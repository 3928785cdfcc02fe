/**
 * Reads a Messages request: its shape as far as a script needs it, and what was said to the model last.
 * Claude Code puts notes of its own between the turns (`<system-reminder>` blocks, messages of role `system`);
 * they are no input, but for the note in which it hands on what a person wrote while a tool ran. Pure.
 */
import * as z from 'zod';

const blockSchema = z.looseObject({ type: z.string() });
type Block = z.infer<typeof blockSchema>;

export const messagesRequestSchema = z.looseObject({
  model: z.string(),
  max_tokens: z.number().optional(),
  stream: z.boolean().optional(),
  messages: z
    .array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(blockSchema)]) }))
    .min(1),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  /** Structured output, as Claude Code asks for in side calls: titles, classifications. */
  output_config: z
    .looseObject({ format: z.looseObject({ schema: z.unknown().optional() }).nullish() })
    .nullish(),
});
export type MessagesRequest = z.infer<typeof messagesRequestSchema>;
type Message = MessagesRequest['messages'][number];

export type ToolResult = { output: string; isError: boolean };

export type NewestInput = {
  /** What people wrote since the model's last answer, freed of markup; empty when there is only a tool result. */
  text: string;
  toolResult: ToolResult | null;
};

/** What came after the model's last answer. */
export function newestInput(request: MessagesRequest): NewestInput {
  const last = request.messages.findLastIndex((message) => message.role === 'assistant');
  const blocks = request.messages.slice(last + 1).flatMap(inputBlocks);
  const result = blocks.findLast((block) => block.type === 'tool_result');
  return {
    text: plainText(blocks.map(textOf).join('\n')),
    toolResult: result === undefined ? null : readResult(result),
  };
}

/** Everything people wrote in this conversation, oldest first. */
export function userTexts(request: MessagesRequest): string[] {
  return request.messages
    .map((message) => plainText(inputBlocks(message).map(textOf).join('\n')))
    .filter((text) => text !== '');
}

/** Whether the client asks for itself (quota probe, title, classification) and not for a person. */
export function isSideCall(request: MessagesRequest): boolean {
  return request.max_tokens === 1 || wantedSchema(request) !== null || (request.tools ?? []).length === 0;
}

/** The JSON schema the answer must fit, null when it may be any text. */
export function wantedSchema(request: MessagesRequest): unknown {
  return request.output_config?.format?.schema ?? null;
}

export function hasTool(request: MessagesRequest, name: string): boolean {
  return (request.tools ?? []).some((tool) => tool.name === name);
}

/** The newest `<message>` of a prompt written as XML (`<session>` in a call for a title), else the text itself. */
export function plainText(raw: string): string {
  const said = raw.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
  const newest = [...said.matchAll(/<(message|session)(?:\s[^>]*)?>([\s\S]*?)<\/\1>/g)].at(-1)?.[2];
  const bare = newest !== undefined ? decodeEntities(newest) : said.startsWith('<') ? stripTags(said) : said;
  return bare.trim();
}

/** `@폴 run date`, `@폴, run date` and `<@U123> run date` all become `run date`. */
export function withoutTrigger(text: string): string {
  return text.replace(/^<?@[^\s,:>]+>?[\s,:]*/u, '').trim();
}

/** How Claude Code 2.1.329 hands on a message that came in the middle of a turn. */
const MID_TURN_NOTE =
  /^The user sent a new message while you were working:\n([\s\S]*?)(?:\n\nThis is how Claude Code surfaces|$)/;

/** The blocks of a message that hold input. */
function inputBlocks({ role, content }: Message): Block[] {
  const blocks: Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (role === 'user') return blocks;
  if (role !== 'system') return [];
  return blocks.flatMap((block) => {
    const text = MID_TURN_NOTE.exec(textOf(block))?.[1];
    return text === undefined ? [] : [{ type: 'text', text }];
  });
}

function textOf(block: Block): string {
  return block.type === 'text' && typeof block.text === 'string' ? block.text : '';
}

function readResult(block: Block): ToolResult {
  const content = z.union([z.string(), z.array(blockSchema)]).safeParse(block.content);
  const parts = content.success ? content.data : '';
  const output = typeof parts === 'string' ? parts : parts.map(textOf).join('\n');
  return { output: output.trim(), isError: block.is_error === true };
}

function stripTags(text: string): string {
  return text.replace(/<[^>]*>/g, '');
}

/** `&amp;` last, so that nothing is decoded twice. */
function decodeEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&apos;|&#39;/g, "'")
    .replaceAll('&amp;', '&');
}
