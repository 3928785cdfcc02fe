/**
 * What of the host an agent sees, the same for every sandbox. `listMounts` decides, `resolveMounts` looks at the
 * disk. Nobody but the host can write the parents of these folders, so a folder that is itself no link is the one
 * that was meant.
 */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { INSIDE } from './inside.ts';
import { type AgentSpec, SandboxError } from './sandbox.ts';

export type Mount = { source: string; target: string; writable: boolean };

/** Docker's own rule for names; it also keeps `..` and `/` out of paths. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/**
 * The mounts of a spec, a folder always before what lies inside it.
 * @throws SandboxError `bad_spec` for a name that could leave its place.
 */
export function listMounts(spec: AgentSpec): Mount[] {
  const named = [...spec.projectDirs, ...spec.extraMounts].map((folder) => folder.name);
  for (const name of [spec.group, spec.agentId, ...named]) {
    if (!SAFE_NAME.test(name)) throw new SandboxError('bad_spec', `“${name}” cannot be the name of a folder`);
  }
  const mounts: Mount[] = [
    { source: spec.runDir, target: INSIDE.run, writable: false },
    { source: spec.groupDir, target: INSIDE.group, writable: true },
    { source: spec.claudeDir, target: INSIDE.claude, writable: true },
  ];
  const logs = relative(spec.groupDir, dirname(spec.logFile));
  if (logs !== '' && !logs.startsWith('..')) {
    mounts.push({ source: dirname(spec.logFile), target: `${INSIDE.group}/${logs}`, writable: false });
  }
  if (spec.globalDir) mounts.push({ ...spec.globalDir, target: `${INSIDE.workspace}/global` });
  for (const { source, name } of spec.projectDirs) {
    mounts.push({ source, target: `${INSIDE.workspace}/project/${name}`, writable: false });
  }
  for (const { source, name, writable } of spec.extraMounts) {
    mounts.push({ source, target: `${INSIDE.workspace}/extra/${name}`, writable });
  }
  if (spec.devRunner !== null)
    mounts.push({ source: spec.devRunner, target: INSIDE.runner, writable: false });
  return mounts;
}

/**
 * The same mounts with the true paths of their sources.
 * @throws SandboxError `source_missing` or `source_is_link`
 */
export function resolveMounts(mounts: readonly Mount[]): Promise<Mount[]> {
  return Promise.all(mounts.map(async (mount) => ({ ...mount, source: await resolveSource(mount.source) })));
}

/**
 * The true path of a file or folder that must not itself be a link; links above it are the operator's own.
 * @throws SandboxError `source_missing` or `source_is_link`
 */
export async function resolveSource(source: string): Promise<string> {
  try {
    if ((await lstat(source)).isSymbolicLink()) {
      throw new SandboxError('source_is_link', `${source} is a symbolic link and is not given to an agent`);
    }
    return await realpath(source);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw new SandboxError('source_missing', `${source} cannot be given to an agent: it cannot be read`, {
      cause: error,
    });
  }
}
