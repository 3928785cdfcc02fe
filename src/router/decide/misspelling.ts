/** Words that are one slip away from another: a letter too many, too few, wrong, or two swapped. */

/** Shorter words have too many neighbours. */
const SHORTEST = 5;

export function isOneSlipFrom(word: string, right: string): boolean {
  if (word === right || Math.max(word.length, right.length) < SHORTEST) return false;
  if (Math.abs(word.length - right.length) > 1) return false;
  const start = firstDifference(word, right);
  const [rest, rightRest] = [word.slice(start), right.slice(start)];
  return (
    rest.slice(1) === rightRest.slice(1) ||
    rest.slice(1) === rightRest ||
    rest === rightRest.slice(1) ||
    (rest[0] === rightRest[1] && rest[1] === rightRest[0] && rest.slice(2) === rightRest.slice(2))
  );
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
