/** Looks for the programs that a session needs. Without one of them there is no session, and the reason says which. */
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Means = { claude: string; bwrap: string; tmux: string };
export type MeansFound = { ok: true; means: Means } | { ok: false; reason: string };

type Where = { searchPath: string; installation: string };

export function findMeans({ searchPath, installation }: Where): MeansFound {
  const bwrap = onPath('bwrap', searchPath);
  const tmux = onPath('tmux', searchPath);
  const claude = findClaude(searchPath, installation);
  const missing = Object.entries({ bubblewrap: bwrap, tmux, 'Claude Code': claude })
    .filter(([, path]) => path === null)
    .map(([name]) => name);
  if (bwrap === null || tmux === null || claude === null)
    return { ok: false, reason: `not installed: ${missing.join(', ')}` };
  return { ok: true, means: { claude, bwrap, tmux } };
}

/** The one that comes with the Agent SDK is pinned and so goes first; a script on PATH would need files of its own. */
function findClaude(searchPath: string, installation: string): string | null {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const bundled = ['', '-musl'].flatMap((libc) =>
    ['container/runner/node_modules', 'node_modules'].map((modules) =>
      join(installation, modules, '@anthropic-ai', `claude-agent-sdk-linux-${arch}${libc}`, 'claude'),
    ),
  );
  const found = [...bundled, onPath('claude', searchPath)].find((path) => path !== null && isNative(path));
  return found === undefined || found === null ? null : realpathSync(found);
}

function onPath(name: string, searchPath: string): string | null {
  const candidates = searchPath.split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not for us
  }
}

/** A script (older installations) begins with `#!`. */
function isNative(path: string): boolean {
  if (!isExecutable(path)) return false;
  const size = statSync(path).size;
  return size > 1024 * 1024 || !startsWithShebang(path);
}

function startsWithShebang(path: string): boolean {
  return existsSync(path) && readFileSync(path).subarray(0, 2).toString('latin1') === '#!';
}
