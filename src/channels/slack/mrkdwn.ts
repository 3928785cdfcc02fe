/**
 * Markdown, as models write it, to Slack's mrkdwn. Pure. Code is left as it is; `&`, `<` and `>` are escaped
 * everywhere, so that no text can call a whole channel (`<!channel>`) or pose as a link.
 */

/** Slack's advice is at most 4,000 characters a message; a little is kept for boundaries that are added. */
export const MESSAGE_LIMIT = 3900;

/** Size of a piece of Markdown in a message: the escapes count, all other changes make it no longer. */
export function measureMrkdwn(markdown: string): number {
  return markdown.length + 4 * count(markdown, '&') + 3 * (count(markdown, '<') + count(markdown, '>'));
}

/** Letters of Unicode's private use area mark what must stay untouched, and emphasis that has been converted. */
const [KEEP, END, BOLD, ITALIC, STRIKE] = ['\uE000', '\uE001', '\uE002', '\uE003', '\uE004'];
const MARKS = /[\uE000-\uE004]/g;

/**
 * Slack sees an emphasis mark only beside white space or punctuation; Korean particles follow a bold word directly.
 * A space of no width makes a boundary.
 */
const BOUNDARY = '\u200B';

export function toMrkdwn(markdown: string): string {
  const kept: string[] = [];
  const keep = (text: string) => `${KEEP}${kept.push(text) - 1}${END}`;
  const escaped = escapeMarkup(markdown.replace(MARKS, ''));
  const bare = keepLinks(keepCode(escaped, keep), keep);
  const marked = markEmphasis(bare.split('\n').map(convertLine).join('\n'));
  return restore(setMarks(marked), kept);
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Slack would show a fence's language as a line of code. */
function keepCode(text: string, keep: (text: string) => string): string {
  return text
    .replace(
      /^( {0,3}(`{3,}(?!`)|~{3,}(?!~)))[^\n]*\n([\s\S]*?)(?:^ {0,3}\2[`~]*[ \t]*$|(?![\s\S]))/gm,
      (_all, _o, _m, body) => keep(`\`\`\`\n${String(body).replace(/\n$/, '')}\n\`\`\``),
    )
    .replace(/(?<!`)(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/g, (_all, _marks, code) => keep(`\`${code}\``));
}

function keepLinks(text: string, keep: (text: string) => string): string {
  return text
    .replace(/!?\[([^\]\n]*)\]\(((?:https?:\/\/|mailto:)[^\s)]+)(?:\s+"[^"\n]*")?\)/g, (_all, label, url) =>
      keep(label === '' ? `<${url}>` : `<${url}|${String(label).replaceAll('|', '¦')}>`),
    )
    .replace(/&lt;((?:https?:\/\/|mailto:)\S+?)&gt;/g, (_all, url) => keep(`<${url}>`))
    .replace(/https?:\/\/[^\s\uE000]+/g, (url) => keep(url));
}

function convertLine(line: string): string {
  const heading = /^ {0,3}#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1];
  if (heading !== undefined) return `${BOLD}${heading.replace(/\*\*|__/g, '')}${BOLD}`;
  return line.replace(/^(\s*)[-*+] (?=\S)/, '$1• ').replace(/^(?:&gt; ?)+/, '> ');
}

/** Emphasis hugs its text: `2 * 3 * 4` and `snake_case_name` are none. */
function markEmphasis(text: string): string {
  return text
    .replace(/\*\*\*(?=\S)([^\n]+?)(?<=\S)\*\*\*/g, `${BOLD}${ITALIC}$1${ITALIC}${BOLD}`)
    .replace(/\*\*(?=\S)([^\n]+?)(?<=\S)\*\*/g, `${BOLD}$1${BOLD}`)
    .replace(/(?<![\p{L}\p{N}_])__(?=\S)([^\n]+?)(?<=\S)__(?![\p{L}\p{N}_])/gu, `${BOLD}$1${BOLD}`)
    .replace(/\*(?=[^\s*])([^\n*]+?)(?<=\S)\*/g, `${ITALIC}$1${ITALIC}`)
    .replace(/~~(?=\S)([^\n]+?)(?<=\S)~~/g, `${STRIKE}$1${STRIKE}`);
}

function setMarks(text: string): string {
  return text
    .replace(/(?<=[\p{L}\p{N}])[\uE002-\uE004]+(?=[\p{L}\p{N}])/gu, (marks, at: number) =>
      isOpening(text, at) ? BOUNDARY + marks : marks + BOUNDARY,
    )
    .replaceAll(BOLD, '*')
    .replaceAll(ITALIC, '_')
    .replaceAll(STRIKE, '~');
}

/** Marks come in pairs within a line: an even number before means that this one opens. */
function isOpening(text: string, at: number): boolean {
  const mark = text[at] ?? '';
  return count(text.slice(text.lastIndexOf('\n', at) + 1, at), mark) % 2 === 0;
}

/** A link's label may hold code that is kept itself. */
function restore(text: string, kept: readonly string[]): string {
  return text.replace(/\uE000(\d+)\uE001/g, (_all, index) => restore(kept[Number(index)] ?? '', kept));
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
