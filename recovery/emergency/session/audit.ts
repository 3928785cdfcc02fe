/**
 * The record of every verb a session used: JSON Lines in which each line holds the digest of the one before, so that a
 * line that was changed or taken out later shows.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export type AuditEntry = { at: number; verb: string; input: string; outcome: string };
type Line = AuditEntry & { previous: string; digest: string };

const START = '0'.repeat(64);

/** @throws when the disk refuses: what cannot be recorded is not done */
export function appendAudit(path: string, entry: AuditEntry): void {
  const previous = linesOf(path).at(-1)?.digest ?? START;
  const line = { ...entry, previous, digest: digestOf(entry, previous) };
  appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
}

/** Number of the first line (from 1) that is not what was written; null when all are. */
export function findBrokenLine(path: string): number | null {
  let previous = START;
  for (const [index, line] of linesOf(path).entries()) {
    const { at, verb, input, outcome } = line;
    if (line.previous !== previous || line.digest !== digestOf({ at, verb, input, outcome }, previous))
      return index + 1;
    previous = line.digest;
  }
  return null;
}

export function auditEntries(path: string): AuditEntry[] {
  return linesOf(path).map(({ at, verb, input, outcome }) => ({ at, verb, input, outcome }));
}

function digestOf({ at, verb, input, outcome }: AuditEntry, previous: string): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, at, verb, input, outcome]))
    .digest('hex');
}

/** A last line that a crash has torn is no line: what it tells of had not begun. */
function linesOf(path: string): Line[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return text === '' ? [] : [JSON.parse(text) as Line];
      } catch {
        return [];
      }
    });
}
