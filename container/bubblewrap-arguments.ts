/**
 * The command line that puts an agent into a bubblewrap sandbox. Pure. The agent sees the same paths as in a
 * container; of the host it sees /usr and a few files of /etc, all read-only, and has no network but its own loopback.
 *
 * As root no user namespace is made: bwrap itself mounts as root, and the agent then becomes `uid:gid` for good,
 * without capabilities. Anybody else gets a user namespace in which the agent is `node` and on the host remains
 * that user.
 */
import { agentEnvironment, INSIDE, NODE_ID } from './inside.ts';
import type { Mount } from './mounts.ts';
import type { AgentSpec } from './sandbox.ts';

/** Descriptors that bwrap inherits beyond stdio (bubblewrap-launch.ts). */
export const DESCRIPTOR = { alive: 3, info: 4, status: 5, exit: 6 } as const;

/** The agent's program: the runner, its modules and skills from this checkout, and this host's node. */
export type Program = { node: string; runner: string; packageJson: string; modules: string; skills: string };

/** Of /etc: names, certificates, the library cache; nothing about the network. */
const ETC = ['passwd', 'group', 'nsswitch.conf', 'ld.so.cache', 'alternatives', 'ssl', 'localtime'];

const NODE_FOLDER = `${INSIDE.install}/bin`;
const NODE = `${NODE_FOLDER}/node`;

/** Named one by one, because bwrap makes the parents it is not told of for its own user alone. */
const FOLDERS = [
  ...['/etc', '/home', '/opt', INSIDE.install, NODE_FOLDER, '/run', INSIDE.workspace],
  ...['extra', 'global', 'project'].map((name) => `${INSIDE.workspace}/${name}`),
];

export function bubblewrapArguments(
  spec: AgentSpec,
  mounts: readonly Mount[],
  program: Program,
  hostUid: number,
): string[] {
  return [
    ...namespaces(hostUid),
    ...['--sync-fd', `${DESCRIPTOR.alive}`, '--json-status-fd', `${DESCRIPTOR.status}`],
    ...['--info-fd', `${DESCRIPTOR.info}`],
    ...environment(spec),
    ...FOLDERS.flatMap((folder) => ['--dir', folder]),
    ...system(),
    ...['--perms', '1777', '--tmpfs', '/tmp', '--perms', '1777', '--tmpfs', INSIDE.home],
    ...readOnly(program.node, NODE),
    ...readOnly(program.runner, INSIDE.runner),
    ...readOnly(program.packageJson, `${INSIDE.install}/package.json`),
    ...readOnly(program.modules, `${INSIDE.install}/node_modules`),
    ...['--ro-bind-try', program.skills, `${INSIDE.install}/skills`],
    ...mounts.flatMap((mount) => [mount.writable ? '--bind' : '--ro-bind', mount.source, mount.target]),
    ...['--remount-ro', '/', '--chdir', INSIDE.group, '--'],
    ...confine(spec, hostUid),
    ...[NODE, INSIDE.runner],
  ];
}

function namespaces(hostUid: number): string[] {
  const user = ['--unshare-user', '--uid', `${NODE_ID}`, '--gid', `${NODE_ID}`];
  // What setpriv below needs to give up the rest.
  const root = [
    '--cap-drop',
    'ALL',
    '--cap-add',
    'CAP_SETUID',
    '--cap-add',
    'CAP_SETGID',
    '--cap-add',
    'CAP_SETPCAP',
  ];
  const others = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
  return [...(hostUid === 0 ? root : user), ...others, '--new-session', '--hostname', 'agent'];
}

function environment(spec: AgentSpec): string[] {
  const variables = {
    PATH: `${NODE_FOLDER}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    ...agentEnvironment(spec),
  };
  return ['--clearenv', ...Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])];
}

function system(): string[] {
  const folders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', ...ETC.map((name) => `/etc/${name}`)];
  const binds = folders.flatMap((folder) => ['--ro-bind-try', folder, folder]);
  return [...binds, '--proc', '/proc', '--dev', '/dev'];
}

function readOnly(source: string, target: string): string[] {
  return ['--ro-bind', source, target];
}

/** The command that the runner is started through. */
function confine(spec: AgentSpec, hostUid: number): string[] {
  // In a namespace of its own the kernel (5.14 and later) counts the sandbox's processes alone; without one the
  // limit would count all processes of that uid on the host.
  const limits = ['/usr/bin/prlimit', `--fsize=${spec.limits.fileBytes}`, '--core=0'];
  if (hostUid !== 0) return [...limits, `--nproc=${spec.limits.pids}`];
  const identity = ['--reuid', `${spec.uid}`, '--regid', `${spec.gid}`, '--clear-groups'];
  return [
    ...limits,
    '/usr/bin/setpriv',
    ...identity,
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
  ];
}
