/**
 * What differs from engine to engine, and what we do about it. Pure. An engine without root maps its own user to `0`
 * inside; one with `userns-remap` would give an agent a user that does not own our files; where a guard is lacking,
 * something weaker stands in for it and the rest is said.
 */
import type { HostConfig } from 'dockerode';
import type { EngineFacts, EngineGuard } from '../contracts/sandbox-row.ts';
import type { AgentSpec } from './sandbox.ts';

/** What is taken for true before an engine was asked. */
export const UNKNOWN_ENGINE: EngineFacts = { version: '?', rootless: false, remapped: false, lacks: [] };

/** What does not hold where the engine lacks a guard. */
const LACKING: Record<EngineGuard, string> = {
  cpu: 'The engine cannot limit CPU: an agent can slow this host down.',
  memory: 'The engine cannot limit memory: an agent can use up this host’s.',
  processes: 'The engine cannot count an agent’s processes: all agents share one limit.',
  seccomp: 'No filter stands before the kernel’s system calls.',
};

/** How many processes and threads the engine's user may have in all, where each agent's cannot be counted. */
const SHARED_PROCESSES = 4096;
/** Of 1000. Where nothing limits an agent's memory, the kernel is to end it before anything of the host. */
const FIRST_TO_GO = 500;

export function caveatsOf({ lacks }: EngineFacts): string[] {
  return lacks.map((guard) => LACKING[guard]);
}

export function nameEngine({ version, rootless }: EngineFacts): string {
  return rootless ? `Docker ${version} without root` : `Docker ${version}`;
}

/** Who an agent is inside, so that the files it makes belong to `spec.uid` outside. */
export function userInside(spec: Pick<AgentSpec, 'uid' | 'gid'>, { rootless }: EngineFacts) {
  return rootless ? { uid: 0, gid: 0 } : { uid: spec.uid, gid: spec.gid };
}

/** The limits that the engine can keep, and what stands in for the others. */
export function limitsOn(
  { limits }: Pick<AgentSpec, 'limits'>,
  { lacks, remapped }: EngineFacts,
): HostConfig {
  const isLacking = (guard: EngineGuard) => lacks.includes(guard);
  const shared = { Name: 'nproc', Soft: SHARED_PROCESSES, Hard: SHARED_PROCESSES };
  return {
    PidsLimit: limits.pids,
    Memory: limits.memoryBytes,
    // The same number means no swap on top.
    MemorySwap: limits.memoryBytes,
    // An engine that can't limit it refuses to; the other limits it only ignores.
    ...(isLacking('cpu') ? {} : { NanoCpus: Math.round(limits.cpus * 1e9) }),
    ...(isLacking('memory') ? { OomScoreAdj: FIRST_TO_GO } : {}),
    ...(remapped ? { UsernsMode: 'host' } : {}),
    Ulimits: [
      { Name: 'fsize', Soft: limits.fileBytes, Hard: limits.fileBytes },
      ...(isLacking('processes') ? [shared] : []),
    ],
  };
}

/**
 * What is to be said of a SIGKILL that nobody here sent. Without a memory limit the kernel ends an agent only when the
 * host itself runs out, and the engine does not hear of it.
 */
export function explainKill({ lacks }: EngineFacts): string {
  return lacks.includes('memory')
    ? 'ended by SIGKILL, perhaps for memory, which this engine cannot tell'
    : '';
}
