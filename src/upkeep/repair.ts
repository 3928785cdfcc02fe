/** `nanoclaw db repair`: checks the database and rebuilds a damaged one from itself. */
import type { HomePaths } from '../../contracts/paths.ts';
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import { databaseBackups } from './backup-files.ts';
import { inspectDatabase } from './inspect.ts';
import { openersOf } from './openers.ts';
import { rebuild } from './rebuild.ts';
import type { Salvaged } from './salvage.ts';

/** Without these the service would run and yet be deaf, or not know what it has answered. */
const VITAL = new Set(['messages', 'registered_groups', 'router_state']);

/** @throws RebuildError; the caller holds the orchestrator's lock */
export function repairDatabase(paths: HomePaths, now: number): RemedyOutcome {
  const path = paths.database;
  const inspection = inspectDatabase(path);
  switch (inspection.kind) {
    case 'absent':
      return { kind: 'nothing_to_do', detail: 'there is no database yet' };
    case 'sound':
      return { kind: 'nothing_to_do', detail: `the database is sound: ${inspection.detail}` };
    case 'locked':
      return {
        kind: 'failed',
        detail: `the database is locked by ${openersOf(path).join(', ') || 'a process that cannot be seen'}`,
      };
    case 'unusable':
      return { kind: 'failed', detail: `the database cannot be used: ${inspection.detail}` };
    case 'damaged': {
      const hasBackup = databaseBackups(paths.backups).length > 0;
      const object = (tables: readonly Salvaged[]) => objectTo(tables, hasBackup);
      const { tables, kept } = rebuild({ path, base: null, object, now });
      const detail = `rebuilt (${inspection.detail}): ${describe(tables)}; the damaged file is kept as ${kept}`;
      return { kind: 'done', detail };
    }
  }
}

/** A backup with most of everything is better than a repair without the groups. */
function objectTo(tables: readonly Salvaged[], hasBackup: boolean): string | null {
  const lost = tables.filter(({ table, rows, damaged }) => VITAL.has(table) && damaged && rows === 0);
  const nothing = tables.every(({ rows }) => rows === 0);
  if (nothing) return 'nothing of the database can be read; restore a backup';
  if (lost.length === 0 || !hasBackup) return null;
  return `${lost.map(({ table }) => table).join(', ')} cannot be read; restore a backup`;
}

export function describe(tables: readonly Salvaged[]): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const damaged = tables.filter((table) => table.damaged).map(({ table }) => table);
  const losses = damaged.length === 0 ? 'nothing is missing' : `rows are missing in ${damaged.join(', ')}`;
  return `${rows} rows kept, ${losses}`;
}
