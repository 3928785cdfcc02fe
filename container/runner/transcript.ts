/**
 * What was said in a session, out of Claude Code's transcript (JSON lines, seen in 2.1.329): the people's words and
 * the assistant's, without tools, thinking, and notes the assistant made for itself. Pure.
 *
 * Invariant: a line that is not understood is left out; nothing here throws.
 */

/** `who` is null for the assistant. */
export type Said = { who: string | null; time: string | null; text: string };

/** @returns what was said since the last compaction */
export function readTranscript(jsonl: string): Said[] {
  let said: Said[] = [];
  for (const line of jsonl.split('\n')) {
    const entry = parse(line);
    if (field(entry, 'subtype') === 'compact_boundary') said = [];
    else said.push(...readEntry(entry));
  }
  return said;
}

function readEntry(entry: unknown): Said[] {
  // Subagents, what Claude Code tells itself, and the summary of an earlier compaction.
  if (['isSidechain', 'isMeta', 'isCompactSummary'].some((flag) => field(entry, flag) === true)) return [];
  const text = textOf(field(field(entry, 'message'), 'content'));
  switch (field(entry, 'type')) {
    case 'user':
      return fromPeople(text);
    case 'assistant': {
      const reply = withoutInternal(text);
      return reply === '' ? [] : [{ who: null, time: null, text: reply }];
    }
    default:
      return [];
  }
}

/** The messages of a prompt; anything else in the people's place is Claude Code's own. */
function fromPeople(prompt: string): Said[] {
  const messages = prompt.matchAll(/<message ([^>]*)>([\s\S]*?)<\/message>/gu);
  return [...messages].flatMap(([, head = '', body = '']) => {
    const text = unescapeXml(body.replace(/<file [^>]*\/>/gu, '')).trim();
    const who = attribute(head, 'sender') ?? '?';
    return text === '' ? [] : [{ who, time: attribute(head, 'time'), text }];
  });
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block) => (field(block, 'type') === 'text' ? field(block, 'text') : null))
    .filter((text) => typeof text === 'string')
    .join('\n');
}

/** As the host takes it out of replies. */
function withoutInternal(text: string): string {
  return text.replace(/<internal>[\s\S]*?(<\/internal>|$)/gu, '').trim();
}

function attribute(head: string, name: string): string | null {
  const value = new RegExp(`(?:^| )${name}="([^"]*)"`, 'u').exec(head)?.[1];
  return value === undefined ? null : unescapeXml(value);
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

function unescapeXml(text: string): string {
  return text.replace(/&(?:lt|gt|quot|amp);/gu, (entity) => ENTITIES[entity] ?? entity);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // the empty last line, or one that is being written
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
