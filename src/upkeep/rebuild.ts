/**
 * Builds a database anew beside a damaged one, out of a base (an empty schema, or a backup) and all that the damaged
 * one still gives, checks it, and exchanges the two. The damaged file is kept.
 */
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { stamp } from '../../contracts/stamp.ts';
import { openStore } from '../store/open.ts';
import { exchangeDatabase } from './exchange.ts';
import { inspectDatabase } from './inspect.ts';
import { mendPositions } from './positions.ts';
import { type Salvaged, salvage } from './salvage.ts';

/** It could not be built; nothing was changed. */
export class RebuildError extends Error {
  readonly code = 'REBUILD';
}

export type RebuildOrder = {
  /** The damaged database. */
  path: string;
  /** A backup to begin with; null = an empty schema. */
  base: string | null;
  /** Refuses what was built, with a reason; null = it may take the place. */
  object(tables: readonly Salvaged[]): string | null;
  /** Wall clock, milliseconds. */
  now: number;
};

export type Rebuilt = { tables: Salvaged[]; kept: string };

/** @throws RebuildError */
export function rebuild({ path, base, object, now }: RebuildOrder): Rebuilt {
  const fresh = `${path}.rebuilt-${stamp(now)}`;
  const kept = `${path}.broken-${stamp(now)}`;
  const lastWrittenAt = lastWrite(path);
  try {
    if (base !== null) copyFileSync(base, fresh);
    const tables = fill(fresh, path, lastWrittenAt);
    const objection = object(tables) ?? complain(fresh);
    if (objection !== null) throw new RebuildError(objection);
    exchangeDatabase(path, fresh, kept);
    return { tables, kept };
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${fresh}${end}`, { force: true });
  }
}

function fill(fresh: string, damaged: string, lastWrittenAt: number): Salvaged[] {
  const db = openStore(fresh);
  try {
    const tables = salvage(damaged, db);
    const isDamaged = (name: string) => tables.some(({ table, damaged }) => table === name && damaged);
    mendPositions(db, {
      messages: isDamaged('messages'),
      answers: isDamaged('router_state') && isDamaged('turns'),
      lastWrittenAt,
    });
    return tables;
  } finally {
    db.close();
  }
}

function complain(fresh: string): string | null {
  const inspection = inspectDatabase(fresh);
  return inspection.kind === 'sound' ? null : `what was built is ${inspection.kind}`;
}

/** Of the file or its log, whichever is younger, milliseconds. */
function lastWrite(path: string): number {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  return Math.max(0, ...files.map((file) => statSync(file).mtimeMs));
}
