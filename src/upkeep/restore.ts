/** `nanoclaw restore`: puts a backup of the database in the place of the present one, which is kept. */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { HomePaths } from '../../contracts/paths.ts';
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import { stamp } from '../../contracts/stamp.ts';
import { openStore } from '../store/open.ts';
import { databaseBackups } from './backup-files.ts';
import { exchangeDatabase } from './exchange.ts';
import { inspectDatabase } from './inspect.ts';
import { openersOf } from './openers.ts';
import { quietenBefore } from './positions.ts';
import { RebuildError, rebuild } from './rebuild.ts';
import { describe } from './repair.ts';

export type RestoreOptions = {
  /** A backup by its path; null = the newest that passes its check. */
  file: string | null;
  /** Leaves a sound database alone. */
  ifDamaged: boolean;
  /** Wall clock, milliseconds. */
  now: number;
};

/** @throws RebuildError, StoreOpenError; the caller holds the orchestrator's lock */
export function restoreDatabase(paths: HomePaths, { file, ifDamaged, now }: RestoreOptions): RemedyOutcome {
  const path = paths.database;
  const present = inspectDatabase(path);
  if (present.kind === 'sound' && ifDamaged) {
    return { kind: 'nothing_to_do', detail: `the database is sound: ${present.detail}` };
  }
  if (present.kind === 'locked') {
    return {
      kind: 'failed',
      detail: `the database is locked by ${openersOf(path).join(', ') || 'somebody'}`,
    };
  }
  if (present.kind === 'unusable') {
    return { kind: 'failed', detail: `the database cannot be used: ${present.detail}` };
  }
  const backup = choose(paths, file);
  if (backup === null) return { kind: 'failed', detail: `there is no sound backup in ${paths.backups}` };
  if (present.kind === 'damaged') {
    const { tables, kept } = rebuild({ path, base: backup, object: () => null, now });
    return done(backup, `from the damaged file ${describe(tables)}; it is kept as ${kept}`);
  }
  return done(backup, goBack(path, backup, now));
}

const done = (backup: string, what: string): RemedyOutcome => ({
  kind: 'done',
  detail: `restored ${basename(backup)}; ${what}`,
});

function choose({ backups }: HomePaths, file: string | null): string | null {
  const candidates = file === null ? databaseBackups(backups) : [file];
  return candidates.find((candidate) => inspectDatabase(candidate).kind === 'sound') ?? null;
}

/** A person wants an earlier state: nothing of the present one is taken over, and nothing is answered again. */
function goBack(path: string, backup: string, now: number): string {
  const fresh = `${path}.rebuilt-${stamp(now)}`;
  const kept = `${path}.before-restore-${stamp(now)}`;
  try {
    copyFileSync(backup, fresh);
    const db = openStore(fresh);
    quietenBefore(db, now);
    db.close();
    if (inspectDatabase(fresh).kind !== 'sound')
      throw new RebuildError('the copy of the backup is not sound');
    const had = existsSync(path);
    exchangeDatabase(path, fresh, kept);
    return had ? `what was there before is kept as ${kept}` : 'there was no database before';
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${fresh}${end}`, { force: true });
  }
}
