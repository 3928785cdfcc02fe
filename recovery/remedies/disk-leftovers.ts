/**
 * What of ours on disk can go: old logs, leftovers in the folder for temporary files, backups that were never finished.
 * Incidents, metrics of the last 14 days, the newest log, memories and databases always stay.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../contracts/paths.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Files below this age are never touched, whatever the need: somebody may be writing them. */
const UNTOUCHED_MS = HOUR_MS;

export type Leftover = { path: string; bytes: number };

/** How much is given up: what is past its time anyway, or all but the last day when the disk is still too full. */
export type Depth = 'expired' | 'all_but_today';

type Place = {
  folder: string;
  /** Names that count. */
  name: RegExp;
  /** Age past which a file goes, milliseconds. */
  ageMs: Record<Depth, number>;
};

/** @param temporary folder for temporary files, where our scripts leave theirs when they are killed */
export function placesOf(paths: HomePaths, temporary: string): Place[] {
  const logs = { expired: 7 * DAY_MS, all_but_today: DAY_MS };
  const records = { expired: 14 * DAY_MS, all_but_today: 14 * DAY_MS };
  const atOnce = { expired: HOUR_MS, all_but_today: HOUR_MS };
  const groups = foldersIn(paths.groups);
  return [
    { folder: paths.logs, name: /^(nanoclaw|supervisor).*\.log(\.gz)?$/, ageMs: logs },
    { folder: paths.logs, name: /^(metrics|routing-metrics)-.*\.jsonl(\.gz)?$/, ageMs: records },
    ...groups.map((group) => ({ folder: join(group, 'logs'), name: /\.log(\.gz)?$/, ageMs: logs })),
    { folder: paths.backups, name: /\.part$/, ageMs: atOnce },
    { folder: join(paths.home, 'store'), name: /^messages\.db\.(broken|before-restore)-/, ageMs: records },
    { folder: join(paths.home, 'store'), name: /^messages\.db\.rebuilt-/, ageMs: atOnce },
    { folder: temporary, name: /^nanoclaw-(build|step)\./, ageMs: atOnce },
  ];
}

/** What may go at a depth, oldest first. Links are not followed, and only what is ours counts. */
export function leftovers(places: readonly Place[], depth: Depth, now: number): Leftover[] {
  return places
    .flatMap(({ folder, name, ageMs }) =>
      namesIn(folder)
        .filter((entry) => name.test(entry))
        .flatMap((entry) => aged(join(folder, entry), now, Math.max(UNTOUCHED_MS, ageMs[depth]))),
    )
    .sort((a, b) => b.ageMs - a.ageMs);
}

function aged(path: string, now: number, limitMs: number): Array<Leftover & { ageMs: number }> {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (!info || info.uid !== process.getuid?.()) return [];
  const ageMs = now - info.mtimeMs;
  return ageMs < limitMs ? [] : [{ path, bytes: bytesOf(path), ageMs }];
}

/** What a file, or a folder with all in it, truly takes on disk: `blocks` counts in units of 512 bytes. */
function bytesOf(path: string): number {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (!info) return 0;
  const inside = info.isDirectory() ? namesIn(path).map((name) => bytesOf(join(path, name))) : [];
  return inside.reduce((sum, bytes) => sum + bytes, info.blocks * 512);
}

function foldersIn(folder: string): string[] {
  return namesIn(folder).map((name) => join(folder, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not there: nothing to free in it
  }
}
