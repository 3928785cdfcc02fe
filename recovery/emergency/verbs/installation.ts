/**
 * How the installation differs from what was last known to be good, and what it is made of: names of settings, of
 * files and versions; no content and no value.
 */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { release } from 'node:os';
import { basename, join } from 'node:path';
import type { HomePaths } from '../../../contracts/paths.ts';
import { describeChanges } from '../../remedies/changed-settings.ts';
import { FileReader } from '../trial/file-reader.ts';
import { liveDigest } from '../trial/try-fix.ts';

export type InstallationParts = { installation: string; paths: Pick<HomePaths, 'env' | 'lastKnownGoodEnv'> };

/** What the service and its agents run; the build writes down what each of them was. */
const PROGRAM = /^(?<sum>[0-9a-f]{64}) {2}(?<path>dist\/(?:index\.js|index\/.+\.js|runner\.js))$/;

/** A damaged one of these has stopped services before. */
const PACKAGES = ['@slack/bolt', 'better-sqlite3', 'discord.js', 'dockerode'];

export function describeInstallation({ installation, paths }: InstallationParts): string {
  return [
    `settings: ${settingsText(paths)}`,
    `release: ${releaseText(installation)}`,
    `programs: ${programsText(installation)}`,
    `versions: ${versionsText(installation)}`,
  ].join('\n');
}

function settingsText(paths: InstallationParts['paths']): string {
  const [present, good] = [readIfThere(paths.env), readIfThere(paths.lastKnownGoodEnv)];
  if (present === null) return 'there is no .env';
  if (good === null) return 'no .env has proved good yet';
  if (present === good) return 'the .env is the one that last proved good';
  return `against the .env that last proved good: ${describeChanges(present, good)}`;
}

/** See `rollback_release` for the links. */
function releaseText(installation: string): string {
  const [present, previous, left] = [
    'dist',
    join('releases', 'previous'),
    join('releases', 'rolled-back'),
  ].map((link) => targetOf(join(installation, link)));
  if (!present) return 'built in place, none before it is kept';
  return `${present}, before it ${previous ?? 'none'}${left ? `, given up before: ${left}` : ''}`;
}

function targetOf(link: string): string | null {
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? basename(readlinkSync(link)) : null;
}

function programsText(installation: string): string {
  const list = readIfThere(join(installation, 'dist', 'SHA256SUMS'));
  if (list === null) return 'the build has left no list of what it made';
  const reader = new FileReader();
  const others = list.split('\n').flatMap((line) => {
    const { sum, path } = PROGRAM.exec(line)?.groups ?? {};
    if (sum === undefined || path === undefined) return [];
    const live = liveDigest(installation, path, reader);
    return live === sum ? [] : [`${path} ${live === null ? 'is missing' : 'was changed'}`];
  });
  return others.length === 0 ? 'as they were built' : `since they were built, ${others.join(', ')}`;
}

function versionsText(installation: string): string {
  const packages = PACKAGES.map(
    (name) => `${name} ${versionAt(join(installation, 'node_modules', name, 'package.json'))}`,
  );
  const own = versionAt(join(installation, 'package.json'));
  return [`nanoclaw ${own}`, `Node ${process.version}`, `Linux ${release()}`, ...packages].join(', ');
}

function versionAt(path: string): string {
  const text = readIfThere(path);
  if (text === null) return 'missing';
  try {
    return String((JSON.parse(text) as { version?: unknown } | null)?.version ?? 'without a version');
  } catch {
    return 'unreadable';
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // absent, or closed to us: either way it cannot be told what it says
  }
}
