/**
 * Splits a long text into messages at natural places. Pure.
 *
 * Breaks between blocks (paragraphs, code fences), else lines, sentences, words, and only then between graphemes, so
 * that Hangul syllables and emoji stay whole. A code fence that fits into one message is never cut; a longer one is
 * closed and opened again. Nothing but white space at the breaks is dropped.
 */

export type SplitOptions = {
  /** Largest size of a message. */
  limit: number;
  /** Size of a text; must be additive: size of `ab` = size of `a` + size of `b`. UTF-16 units when left out. */
  measure?: (text: string) => number;
};

/** A part of the text, and the white space that stood before it. */
type Piece = { before: string; text: string };
type Cut = (text: string) => Piece[];
type Sizes = Required<SplitOptions>;

/**
 * CommonMark: a fence ends with at least as many of the same marks, or with the text. No mark may follow the opening
 * ones, or a long row of marks would be tried at each of its lengths.
 */
const FENCE = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![\s\S]))/gm;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Intl.Segmenter takes time by the square of a text's length, so it gets a window of it, UTF-16 units. */
const WINDOW = 512;

/** From the most natural place to break at to the last resort. */
const CUTS: readonly Cut[] = [
  (text) => cutAt(text, /(\n(?:[ \t]*\n)+)/),
  (text) => cutAt(text, /(\n)/),
  (text) => cutAt(text, /((?<=[.!?。！？…])\s+)/u),
  (text) => cutAt(text, /(\s+)/),
  (text) => graphemesOf(text).map((one) => ({ before: '', text: one })),
  (text) => Array.from(text, (point) => ({ before: '', text: point })),
];

/** @returns the messages in order; none for a text of white space only */
export function splitText(text: string, options: SplitOptions): string[] {
  const sizes: Sizes = { measure: (part) => part.length, ...options };
  const trimmed = text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  return pack(
    cutBlocks(trimmed).flatMap((block) => refine(block, 0, sizes)),
    sizes,
  );
}

/** Fences as pieces of their own; what is between them as well. */
function cutBlocks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(FENCE)) {
    pieces.push(...trimBreaks(text.slice(at, match.index)), { before: '\n', text: match[0] });
    at = match.index + match[0].length;
  }
  let end = 0;
  return [...pieces, ...trimBreaks(text.slice(at))].map((piece, index) => {
    const start = text.indexOf(piece.text, end);
    const before = index === 0 ? '' : text.slice(end, start);
    end = start + piece.text.length;
    return { before, text: piece.text };
  });
}

function trimBreaks(prose: string): Piece[] {
  const text = prose.replace(/^\s*\n/, '').trimEnd();
  return text === '' ? [] : [{ before: '\n', text }];
}

/** Cuts a piece until every part of it fits into a message. */
function refine(piece: Piece, level: number, sizes: Sizes): Piece[] {
  if (sizes.measure(piece.text) <= sizes.limit) return [piece];
  if (level === 0 && piece.text.match(FENCE)?.[0] === piece.text) return cutFence(piece, sizes);
  const cut = CUTS[level];
  if (cut === undefined) return [piece];
  const parts = cut(piece.text).map((part, index) =>
    index === 0 ? { ...part, before: piece.before } : part,
  );
  return parts.flatMap((part) => refine(part, level + 1, sizes));
}

/** A long fence becomes several, each closed and with the same language. */
function cutFence(fence: Piece, { limit, measure }: Sizes): Piece[] {
  const lines = fence.text.split('\n');
  const [opening = ''] = lines;
  const marks = /[`~]+/.exec(opening)?.[0] ?? '```';
  const isClosed = lines.length > 1 && lines.at(-1)?.trim().startsWith(marks);
  const body = lines.slice(1, isClosed ? -1 : undefined).join('\n');
  const around = measure(`${opening}\n\n${marks}`);
  // Should the language alone leave no room, the fence is cut like any other text.
  if (around >= limit / 2) return refine(fence, 1, { limit, measure });
  const inner = { limit: limit - around, measure };
  return pack(refine({ before: '', text: body }, 1, inner), inner).map((part, index) => ({
    before: index === 0 ? fence.before : '\n',
    text: `${opening}\n${part}\n${marks}`,
  }));
}

/** Fills messages one after the other. */
function pack(pieces: readonly Piece[], { limit, measure }: Sizes): string[] {
  const messages: string[] = [];
  let room = 0;
  for (const { before, text } of pieces) {
    const size = measure(text);
    const sizeJoined = measure(before) + size;
    if (messages.length > 0 && sizeJoined <= room) {
      messages[messages.length - 1] += before + text;
      room -= sizeJoined;
    } else {
      messages.push(text);
      room = limit - size;
    }
  }
  return messages;
}

function graphemesOf(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const window = Array.from(graphemes.segment(text.slice(at, at + WINDOW)), ({ segment }) => segment);
    // The window may have cut its last one.
    if (window.length > 1 && at + WINDOW < text.length) window.pop();
    found.push(...window);
    at += window.join('').length;
  }
  return found;
}

/** @param separator one capturing group around all of it */
function cutAt(text: string, separator: RegExp): Piece[] {
  const pieces: Piece[] = [];
  let before = '';
  text.split(separator).forEach((part, index) => {
    if (index % 2 === 1 || part === '') before += part;
    else {
      pieces.push({ before, text: part });
      before = '';
    }
  });
  return pieces;
}
