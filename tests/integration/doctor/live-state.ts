/** What a session may leave no mark on, looked at from outside: the live tree, the machine's folders, its processes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Written to while the service lives and is healed: their content is judged apart. */
const LIVELY: ReadonlySet<string> = new Set([
  ...['supervisor', 'logs', 'run', 'data', 'groups', 'node_modules'],
]);

/** Path → kind, mode, owner and content of everything in the home but what lives. */
export function treeOf(home: string, folder = ''): Record<string, string> {
  const entries = readdirSync(join(home, folder)).filter((name) => folder !== '' || !LIVELY.has(name));
  return Object.fromEntries(entries.sort().flatMap((name) => describe(home, join(folder, name))));
}

function describe(home: string, path: string): [string, string][] {
  const full = join(home, path);
  const info = lstatSync(full);
  const what = `${info.mode.toString(8)} ${info.uid}:${info.gid}`;
  if (info.isDirectory()) return [[path, what], ...Object.entries(treeOf(home, path))];
  if (info.isSymbolicLink()) return [[path, `${what} -> ${readlinkSync(full)}`]];
  const digest = createHash('sha256').update(readFileSync(full)).digest('hex');
  return [[path, `${what} ${digest}`]];
}

/** Files of the session's user outside the folders of sessions, newer than the mark. */
export function strayFiles(mark: string): string[] {
  const roots = ['/tmp', '/var/tmp', '/dev/shm', '/run'];
  const mine = ['-user', '65534', '-newer', mark, '-not', '-path', '*/supervisor/sessions/*'];
  // Folders of others may end while they are read; what is ours stays.
  const listed = execFileSync('sh', [
    '-c',
    'find "$@" 2>/dev/null; true',
    'sh',
    ...roots,
    '-xdev',
    '-maxdepth',
    '4',
    ...mine,
  ]);
  return listed
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}
