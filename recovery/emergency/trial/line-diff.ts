/** The lines in which two texts differ, for people: what both begin and end with is left out but for some lines. Pure. */

/** Lines shown around a change. */
const AROUND = 3;
/** A bundle can be one long line, characters. */
const LINE_LIMIT = 400;
const LINES_LIMIT = 400;

/** Lines begin with `-`, `+` or a blank; the first says where. An empty text stands for a file that is not there. */
export function lineDiff(before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
  const from = Math.max(0, head - AROUND);
  const mark = (sign: string, lines: readonly string[]) => lines.map((line) => `${sign}${shorten(line)}`);
  const shown = [
    ...mark(' ', old.slice(from, head)),
    ...mark('-', old.slice(head, old.length - tail)),
    ...mark('+', fresh.slice(head, fresh.length - tail)),
    ...mark(' ', old.slice(old.length - tail, old.length - tail + AROUND)),
  ];
  const left = shown.length - LINES_LIMIT;
  const more = left > 0 ? [`… ${left} more lines`] : [];
  return [`@@ line ${from + 1} @@`, ...shown.slice(0, LINES_LIMIT), ...more].join('\n');
}

function shorten(line: string): string {
  const left = line.length - LINE_LIMIT;
  return left > 0 ? `${line.slice(0, LINE_LIMIT)} … ${left} more signs` : line;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}
