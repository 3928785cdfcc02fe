/** A complete spec for unit tests; its paths do not exist. */
import type { AgentSpec } from './sandbox.ts';

export function exampleSpec(changes: Partial<AgentSpec> = {}): AgentSpec {
  return {
    agentId: 'a1',
    group: 'family',
    runDir: '/home/me/run/agents/a1',
    groupDir: '/home/me/groups/family',
    claudeDir: '/home/me/data/sessions/family/.claude',
    globalDir: null,
    projectDirs: [],
    extraMounts: [],
    timeZone: 'Asia/Seoul',
    limits: { memoryBytes: 2 ** 31, cpus: 1.5, pids: 256, fileBytes: 2 ** 30 },
    uid: 1001,
    gid: 1002,
    logFile: '/home/me/groups/family/logs/container-a1.log',
    devRunner: null,
    ...changes,
  };
}
