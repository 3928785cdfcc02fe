/**
 * Whether a message asks the assistant. `\b` knows only ASCII letters, so a name such as 폴 needs a boundary that
 * knows every script.
 */

/** What may stand between the name and the rest: `@폴아`, `@폴님` call the same person; `@폴란드` doesn't. */
const VOCATIVE = '(?:아|야|님|씨)?';
const BOUNDARY = '(?![\\p{L}\\p{N}_])';

/** @param pattern the operator's own regular expression; it is used as it is */
export function buildTrigger(assistantName: string, pattern: string | undefined): RegExp {
  return new RegExp(pattern ?? `^@${escapePattern(assistantName)}${VOCATIVE}${BOUNDARY}`, 'iu');
}

export function isTriggered(trigger: RegExp, text: string): boolean {
  return trigger.test(text.trimStart());
}

/** What is left of a text once the call at its beginning is taken off. */
export function withoutTrigger(trigger: RegExp, text: string): string {
  const start = text.trimStart();
  const found = trigger.exec(start);
  return found?.index === 0 ? start.slice(found[0].length).replace(/^[\s,:]+/u, '') : start;
}

/** Whether an operator's pattern can be used. */
export function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'iu');
    return true;
  } catch {
    return false; // the only answer RegExp gives to a bad pattern is a SyntaxError
  }
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&');
}
