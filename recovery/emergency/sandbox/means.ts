/**
 * Looks for the programs that a session needs, and whether a sandbox can be made here at all. Without one of them there
 * is no session, and the reason says which.
 */
import { execFile } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Means = { claude: string; bwrap: string; tmux: string };
export type MeansFound = { ok: true; means: Means } | { ok: false; reason: string };

type Where = { searchPath: string; installation: string; uid: number };

/** Making an empty sandbox takes some 10 ms. */
const TRIAL_MS = 5000;

export async function findMeans({ searchPath, installation, uid }: Where): Promise<MeansFound> {
  const bwrap = onPath('bwrap', searchPath);
  const tmux = findTmux(searchPath);
  const claude = findClaude(searchPath, installation);
  const missing = Object.entries({ bubblewrap: bwrap, tmux, 'Claude Code': claude })
    .filter(([, path]) => path === null)
    .map(([name]) => name);
  if (bwrap === null || tmux === null || claude === null)
    return { ok: false, reason: `not installed: ${missing.join(', ')}` };
  const refusal = await whyNoSandbox(bwrap, uid);
  if (refusal !== null) return { ok: false, reason: `no sandbox can be made here: ${refusal}` };
  return { ok: true, means: { claude, bwrap, tmux } };
}

export function findTmux(searchPath: string): string | null {
  return onPath('tmux', searchPath);
}

/** User namespaces may be switched off, by the kernel or by AppArmor; null when a sandbox could be made. */
function whyNoSandbox(bwrap: string, uid: number): Promise<string | null> {
  const user = uid === 0 ? [] : ['--unshare-user'];
  // What a session's sandbox has beyond mounts: each of these may be forbidden by itself.
  const others = ['--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts'];
  const folders = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'];
  const args = [...user, ...others, ...folders, '--', '/bin/true'];
  return new Promise((resolve) => {
    execFile(bwrap, args, { timeout: TRIAL_MS }, (error, _output, words) => {
      resolve(error === null ? null : (words.trim() || error.message).slice(0, 200));
    });
  });
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
  const fd = openSync(path, 'r');
  const start = Buffer.alloc(2);
  try {
    readSync(fd, start);
  } finally {
    closeSync(fd);
  }
  return start.toString('latin1') !== '#!';
}
