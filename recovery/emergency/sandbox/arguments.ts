/**
 * The command line that puts the session into bubblewrap. Pure. It sees the system read-only, the copy of the project
 * and a scratch folder to write in, its order, and two sockets; no network but its own loopback, no other processes,
 * no homes, no Docker, no D-Bus, no other tmux.
 *
 * As root no user namespace is made and the session becomes `nobody` for good; anybody else stays that user in a
 * user namespace, in which nothing of theirs is mounted.
 */
import { INSIDE, type Places } from '../session/places.ts';
import type { Means } from './means.ts';

/** `nobody` on Debian, Ubuntu, Fedora, Alpine. */
export const NOBODY = 65_534;

/** Claude Code and its tools take some 40 at most; a fork bomb ends here. */
export const PROCESSES = 256;
/** No fix needs a larger file; filling the disk with one is not possible. */
export const FILE_BYTES = 64 * 1024 * 1024;

/**
 * Written memory; Claude Code takes an eighth of it. Under bubblewrap of one process: all together have no limit but the
 * kernel's choice.
 */
export const DATA_BYTES = 2 * 1024 ** 3;

/** Of /etc: names, certificates, the library cache; nothing about the network or accounts' secrets. */
const ETC = ['passwd', 'group', 'nsswitch.conf', 'ld.so.cache', 'alternatives', 'ssl', 'localtime'];

export type SandboxOrder = {
  places: Pick<Places, 'project' | 'scratch' | 'order' | 'doors'>;
  means: Pick<Means, 'claude'>;
  node: string;
  bundle: string;
  /** The installation's, to read; null when there are none. */
  modules: string | null;
  uid: number;
};

const inside = (name: string) => `${INSIDE.programs}/${name}`;

/** What runs in every sandbox of ours, and what it finds in its environment. */
export const SESSION_COMMAND: readonly string[] = [
  inside('node'),
  inside('inside.js'),
  'emergency-session',
  `${INSIDE.order}/order.json`,
];
export const SESSION_VARIABLES: Readonly<Record<string, string>> = {
  PATH: `${INSIDE.programs}:/usr/local/bin:/usr/bin:/bin`,
  LANG: 'C.UTF-8',
  HOME: `${INSIDE.scratch}/home`,
  CLAUDE_CONFIG_DIR: `${INSIDE.scratch}/claude`,
  CLAUDE_CODE_TMPDIR: `${INSIDE.scratch}/tmp`,
};

/** bwrap's options. */
export function sandboxOptions({ places, means, node, bundle, modules, uid }: SandboxOrder): string[] {
  return [
    ...namespaces(uid),
    ...environment(),
    ...['/etc', '/opt', '/run', INSIDE.programs].flatMap((folder) => ['--dir', folder]),
    ...system(),
    // A file system in memory would have no limit of ours; what is written there counts as written on disk.
    ...['--symlink', `${INSIDE.scratch}/tmp`, '/tmp', '--remount-ro', '/dev'],
    ...readOnly(node, inside('node')),
    ...readOnly(means.claude, inside('claude')),
    ...readOnly(bundle, inside('inside.js')),
    ...readOnly(places.order, INSIDE.order),
    ...readOnly(places.doors, INSIDE.doors),
    ...['--bind', places.project, INSIDE.project, '--bind', places.scratch, INSIDE.scratch],
    ...(modules === null ? [] : readOnly(modules, `${INSIDE.project}/node_modules`)),
    // What a process may write there of itself would put it behind others when memory gets scarce.
    ...['--remount-ro', '/proc', '--remount-ro', '/', '--chdir', INSIDE.project],
  ];
}

/** What runs in there. */
export function sandboxCommand(uid: number): string[] {
  return [...confine(uid), ...SESSION_COMMAND];
}

function namespaces(uid: number): string[] {
  const kept = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((name) => ['--cap-add', name]);
  const identity = uid === 0 ? ['--cap-drop', 'ALL', ...kept] : ['--unshare-user'];
  const others = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
  // The last process out takes all others with it, whatever they made of their parents and sessions.
  return [...identity, ...others, '--die-with-parent', '--new-session'];
}

function environment(): string[] {
  return [
    '--clearenv',
    ...Object.entries(SESSION_VARIABLES).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

function system(): string[] {
  const folders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', ...ETC.map((name) => `/etc/${name}`)];
  const binds = folders.flatMap((folder) => ['--ro-bind-try', folder, folder]);
  return [...binds, '--proc', '/proc', '--dev', '/dev'];
}

function readOnly(source: string, target: string): string[] {
  return ['--ro-bind', source, target];
}

function confine(uid: number): string[] {
  const sizes = [`--fsize=${FILE_BYTES}`, `--data=${DATA_BYTES}`, '--core=0'];
  const limits = ['/usr/bin/prlimit', `--nproc=${PROCESSES}`, ...sizes];
  if (uid !== 0) return limits;
  const identity = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  return [
    ...limits,
    '/usr/bin/setpriv',
    ...identity,
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
  ];
}
