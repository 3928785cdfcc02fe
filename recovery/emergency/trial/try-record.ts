/** What people are shown of a try: written when it begins, and again with its outcome. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TryRecord } from '../../../contracts/session-record.ts';
import type { Change } from './difference.ts';
import { lineDiff } from './line-diff.ts';

/** Whose changes are shown; of the others the names. */
const FILES = 5;

/** To be called before the changes are made. */
export function describeTry(number: number, changes: readonly Change[], installation: string): TryRecord {
  const files = changes.map(({ path, content }, index) => {
    if (index >= FILES) return { path, diff: '' };
    const live = join(installation, path);
    const before = existsSync(live) ? readFileSync(live, 'utf8') : '';
    return { path, diff: lineDiff(before, content?.toString('utf8') ?? '') };
  });
  return { number, outcome: null, detail: '', files };
}

/** @param folder of this try @throws when the disk refuses */
export function writeTry(folder: string, record: TryRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'record.json'), JSON.stringify(record), { mode: 0o600 });
}
