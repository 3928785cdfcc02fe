/**
 * Folders of the host that an operator gives to a group's agents. Which ones can be given at all stands in
 * `~/.config/nanoclaw/mount-allowlist.json`, outside everything an agent, a chat or the checkout can change:
 *
 *   {"allowedRoots": [{"path": "~/projects", "allowReadWrite": true}], "blockedPatterns": ["private"]}
 *
 * Invariant: the path that was judged is the true one, and it is the one that is mounted.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import * as z from 'zod';
import type { AgentSpec } from '../../container/sandbox.ts';
import { describeProblems, type ExtraMount } from '../../contracts/container-config.ts';

const allowlistSchema = z.object({
  allowedRoots: z.array(
    z.object({
      path: z.string().min(1),
      allowReadWrite: z.boolean().default(false),
      description: z.string().optional(),
    }),
  ),
  blockedPatterns: z.array(z.string().min(1)).default([]),
  /** Groups other than main read only, whatever their root allows. */
  nonMainReadOnly: z.boolean().default(true),
});
export type MountAllowlist = z.infer<typeof allowlistSchema>;

export type MountPlace = {
  /** The operator's home folder. */
  userHome: string;
  /** Folders that hold what no agent may see: never given, nor a folder within or around them. */
  guarded: readonly string[];
};

export type Judged =
  | { ok: true; mount: AgentSpec['extraMounts'][number] }
  | { ok: false; hostPath: string; reason: string };

/** Names that hold secrets wherever they lie; a part of a path that contains one is refused. */
const BLOCKED = [
  ...['.ssh', '.gnupg', '.gpg', '.aws', '.azure', '.gcloud', '.kube', '.docker', '.claude', '.env', '.netrc'],
  ...['.npmrc', '.pypirc', 'credentials', 'id_rsa', 'id_ed25519', 'private_key', '.secret', 'docker.sock'],
];

/** Of the system: they hold other processes, devices and the engine's socket. */
const SYSTEM = ['/proc', '/sys', '/dev', '/run', '/var/run', '/etc', '/boot', '/var/lib/docker'];

export function allowlistPath(userHome: string): string {
  return join(userHome, '.config', 'nanoclaw', 'mount-allowlist.json');
}

/** Judges each; a refused one costs the agent that folder and nothing else. */
export function judgeMounts(mounts: readonly ExtraMount[], isMain: boolean, place: MountPlace): Judged[] {
  if (mounts.length === 0) return [];
  const list = loadAllowlist(place.userHome);
  if (!list.ok) return mounts.map(({ hostPath }) => ({ ok: false, hostPath, reason: list.reason }));
  const taken = new Set<string>();
  return mounts.map((mount) => {
    const judged = judgeMount(mount, isMain, list.allowlist, place);
    if (!judged.ok || !taken.has(judged.mount.name)) {
      if (judged.ok) taken.add(judged.mount.name);
      return judged;
    }
    return { ok: false, hostPath: mount.hostPath, reason: `another mount is called ${judged.mount.name}` };
  });
}

function judgeMount(
  mount: ExtraMount,
  isMain: boolean,
  allowlist: MountAllowlist,
  place: MountPlace,
): Judged {
  const { hostPath } = mount;
  const refuse = (reason: string): Judged => ({ ok: false, hostPath, reason });
  const source = trueFolder(expand(hostPath, place.userHome));
  if (source === null) return refuse('it is no folder, or cannot be read');
  const blocked = blockedPart(source, [...BLOCKED, ...allowlist.blockedPatterns]);
  if (blocked !== null) return refuse(`its path holds "${blocked}"`);
  const guarded = [...SYSTEM, ...place.guarded].map((path) => trueFolder(path) ?? path);
  if (guarded.some((path) => isWithin(source, path) || isWithin(path, source)))
    return refuse('it holds, or lies in, what no agent may see');
  const root = allowlist.allowedRoots.find(({ path }) => {
    const real = trueFolder(expand(path, place.userHome));
    return real !== null && isWithin(source, real);
  });
  if (!root) return refuse(`it lies in no allowed root of ${allowlistPath(place.userHome)}`);
  const writable = !mount.readonly && root.allowReadWrite && (isMain || !allowlist.nonMainReadOnly);
  return { ok: true, mount: { source, name: mount.name ?? basename(source), writable } };
}

type Loaded = { ok: true; allowlist: MountAllowlist } | { ok: false; reason: string };

/** Read for each start, so that a change needs no restart. */
function loadAllowlist(userHome: string): Loaded {
  const path = allowlistPath(userHome);
  try {
    const parsed = allowlistSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return { ok: true, allowlist: parsed.data };
    return { ok: false, reason: `${path} is wrong: ${describeProblems(parsed.error)}` };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ok: false, reason: missing ? `there is no ${path}` : `${path} cannot be read` };
  }
}

function expand(path: string, userHome: string): string {
  return path.startsWith('~/') ? join(userHome, path.slice(2)) : path;
}

function trueFolder(path: string): string | null {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null; // missing or forbidden: nothing that could be given
  }
}

function blockedPart(path: string, patterns: readonly string[]): string | null {
  const parts = path.toLowerCase().split(sep);
  return patterns.find((pattern) => parts.some((part) => part.includes(pattern.toLowerCase()))) ?? null;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
