/** The folders an agent sees, and the facts its sandbox is built from. */
import { closeSync, fchownSync, lchownSync, lstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { type AgentSpec, SandboxError } from '../../container/sandbox.ts';
import { type ContainerConfig, diskBytes } from '../../contracts/container-config.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import { type Group, MAIN_FOLDER } from '../store/groups.ts';

export type AgentSettings = {
  timeZone: string;
  /** `dist/runner.js` to use in place of the image's, null for the image's own. */
  devRunner: string | null;
  /** Who the agent runs as: the owner of the files it works on. */
  user: { uid: number; gid: number };
  /** What holds where a group's configuration names nothing else. */
  limits: Omit<AgentSpec['limits'], 'fileBytes'>;
  /** @throws ContainerConfigError */
  configOf(folder: string): Pick<ContainerConfig, 'memoryMb' | 'cpus' | 'pids' | 'diskMb'>;
  mountsOf(folder: string): AgentSpec['extraMounts'];
  /** What the group's memory holds in the beginning. */
  memoryOf(folder: string): string;
};

/** When we are root the agent is not: it gets the first ordinary user's ids, and the folders made for it. */
export function agentUser(): { uid: number; gid: number } {
  const uid = process.getuid?.() ?? 1000;
  return uid === 0 ? { uid: 1000, gid: 1000 } : { uid, gid: process.getgid?.() ?? uid };
}

/** Makes what is missing, owned by the agent's user. */
export function prepareFolders(
  folder: string,
  runDir: string,
  paths: HomePaths,
  settings: AgentSettings,
): void {
  mkdirSync(paths.groupLogs(folder), { recursive: true });
  mkdirSync(paths.group('global'), { recursive: true });
  for (const path of [runDir, paths.group(folder), paths.claudeState(folder), paths.group('global')]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    own(path, settings.user);
  }
  writeMemory(`${paths.group(folder)}/CLAUDE.md`, settings.memoryOf(folder), settings.user);
}

/** Only ever creates: `wx` neither overwrites nor follows a link that the agent may have put there. */
function writeMemory(path: string, text: string, user: { uid: number; gid: number }): void {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, text);
    if (process.getuid?.() === 0) fchownSync(file, user.uid, user.gid);
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Never follows a link: an agent may have put one where a folder was. */
function own(path: string, user: { uid: number; gid: number }): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new SandboxError('source_is_link', `${path} is not a folder; remove it`);
  if (process.getuid?.() === 0 && found.uid !== user.uid) lchownSync(path, user.uid, user.gid);
}

/** What a group's agents write to, and keep: it counts against their limit. */
export function writtenFolders(folder: string, paths: HomePaths): string[] {
  const shared = folder === MAIN_FOLDER ? [paths.group('global')] : [];
  return [paths.group(folder), paths.claudeState(folder), ...shared];
}

/** Everything the sandbox needs to know of one agent. */
export function agentSpec(facts: {
  group: Group;
  agentId: string;
  paths: HomePaths;
  settings: AgentSettings;
}): AgentSpec {
  const { group, agentId, paths, settings } = facts;
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  return {
    agentId,
    group: group.folder,
    runDir: paths.agentRun(agentId),
    groupDir: paths.group(group.folder),
    claudeDir: paths.claudeState(group.folder),
    globalDir: { source: paths.group('global'), writable: group.folder === MAIN_FOLDER },
    projectDirs: [],
    extraMounts: settings.mountsOf(group.folder),
    timeZone: settings.timeZone,
    limits: limitsOf(group.folder, settings),
    ...settings.user,
    logFile: `${paths.groupLogs(group.folder)}/container-${stamp}.log`,
    devRunner: settings.devRunner,
  };
}

function limitsOf(folder: string, { limits, configOf }: AgentSettings): AgentSpec['limits'] {
  const { memoryMb, cpus, pids, diskMb } = configOf(folder);
  return {
    memoryBytes: memoryMb === null ? limits.memoryBytes : memoryMb * 1024 ** 2,
    cpus: cpus ?? limits.cpus,
    pids: pids ?? limits.pids,
    fileBytes: diskBytes({ diskMb }),
  };
}
