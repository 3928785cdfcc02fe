/**
 * Takes a prompt apart: clauses as they are compared with the rules, and what they merely quote. Pure and linear.
 *
 * Quoted words, and what follows a colon, stand as `§` in a clause: "translate 'send the file'" asks for no file.
 */

/** Stands for something quoted. */
export const QUOTED = '§';

export type Prompt = {
  /** In lower case, without fillers, vocatives and laughter; empty ones left out. */
  clauses: readonly string[];
  quoted: readonly string[];
  /** Lower case, nothing taken out but the trigger. */
  whole: string;
  /** The text is nothing but laughter or tears. */
  isLaughter: boolean;
  lines: number;
};

const TRIGGER = /^\s*(?:<@[!&]?\w+>|@\S+)[\s,:]*/u;
const DOUBLE_QUOTED = /"([^"]+)"/gu;
/** An apostrophe opens a quotation only after a space, and ends one only before something that is no letter a-z. */
const SINGLE_QUOTED = /(?<=^|[\s(])'([^']+)'(?![a-z])/gu;
const AFTER_COLON = /^([^:\n]{2,60}):\s+(\S[\s\S]*)$/u;
const LAUGHTER =
  /[ㅋㅎㅠㅜㅡ]+(?![ㄱ-ㅎ])|:\)|:\(|:d\b|\^\^|;;+|\p{Extended_Pictographic}|\u{FE0F}|\u{200D}/gu;
/** Not inside a number: 3.5, 1,000. */
const CLAUSE_END = /[!?~…\n;]+|(?<!\d)[.,]+|[.,]+(?!\d)/u;
const LEADING =
  /^(?:저기요?|혹시|음+|야|근데|그럼|please|pls|plz|just|so|well|um+|can you|could you|would you|will you) +/u;
const TRAILING =
  / +(?:please|pls|plz|for me|real quick|in one sentence|in simple (?:terms|words)|simply|briefly|한 ?줄로|간단히|간단하게)$/u;

export function readPrompt(text: string, names: readonly string[]): Prompt {
  const trimmed = text.normalize('NFC').replaceAll(QUOTED, ' ').replace(TRIGGER, '').trim();
  const lines = trimmed.split('\n').length;
  const whole = trimmed.toLowerCase().replace(/[“”]/gu, '"').replace(/[‘’]/gu, "'");
  const { masked, quoted } = maskQuoted(whole);
  const clauses = masked
    .replace(LAUGHTER, ' ')
    .split(CLAUSE_END)
    .map((clause) => bare(clause, names))
    .filter((clause) => clause !== '');
  return { clauses, quoted, whole, lines, isLaughter: clauses.length === 0 && isLaughter(whole) };
}

/** One sign alone may be an answer (👍 is a yes), or a question (?). */
function isLaughter(whole: string): boolean {
  return /^(?:[ㅋㅎㅠㅜ]{2,}|[😂🤣😭😆😄😊]{2,}|:\)|\^\^)[!~.]*$/u.test(whole.replace(/\s/gu, ''));
}

function maskQuoted(whole: string): { masked: string; quoted: string[] } {
  const quoted: string[] = [];
  const keep = (match: string, inner: string) => {
    if (!/[\p{L}\d]/u.test(inner)) return match;
    quoted.push(inner);
    return QUOTED;
  };
  const masked = whole.replace(DOUBLE_QUOTED, keep).replace(SINGLE_QUOTED, keep);
  const colon = AFTER_COLON.exec(masked);
  if (colon === null) return { masked, quoted };
  const [, head = '', tail = ''] = colon;
  return { masked: `${head} ${QUOTED}`, quoted: [...quoted, tail] };
}

function bare(clause: string, names: readonly string[]): string {
  let words = clause.replace(/\s+/gu, ' ').trim();
  for (const name of names) words = withoutName(words, name.toLowerCase());
  // Twice: `so, can you please …`.
  return words.replace(LEADING, '').replace(LEADING, '').replace(TRAILING, '').trim();
}

/** `폴아 안녕`, `hey paul`, `paul`: the name as somebody who is spoken to. */
function withoutName(words: string, name: string): string {
  if (name === '') return words;
  for (const called of [name, `${name}아`, `${name}야`]) {
    if (words === called) return '';
    if (words.startsWith(`${called} `)) return words.slice(called.length + 1);
    if (words.endsWith(` ${called}`)) return words.slice(0, -called.length - 1);
  }
  return words;
}
