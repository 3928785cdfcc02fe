/** Agents of a former process: each is taken over or stopped, and what ended ones left is removed. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { RunningAgent } from '../../container/sandbox.ts';

export type FormerAgents = {
  survivors: readonly RunningAgent[];
  /** @returns false when it is of no use: nothing of its group is unfinished, or it could not be taken over */
  takeOver(process: RunningAgent): Promise<boolean>;
  log: Logger;
};

/** Resolves when each has been taken over or is gone. Never rejects. */
export async function settleFormer({ survivors, takeOver, log }: FormerAgents): Promise<void> {
  const settle = async (process: RunningAgent) => {
    if (!(await takeOver(process))) await stopFormer(process, log);
  };
  await Promise.all(survivors.map(settle));
}

async function stopFormer(process: RunningAgent, log: Logger): Promise<void> {
  log.info({ container: process.name }, 'stopping an agent container from before the restart');
  await process
    .stop(0)
    .catch((error: Error) => log.error({ reason: error.message }, 'it could not be stopped'));
}

/** Removes run folders of agents that ended while nobody looked. @param live ids of those that are there */
export async function sweepRunFolders(agentsRun: string, live: ReadonlySet<string>): Promise<void> {
  const found = await readdir(agentsRun).catch(() => []); // no agent has ever run here
  const left = found.filter((agentId) => !live.has(agentId));
  await Promise.all(left.map((agentId) => rm(join(agentsRun, agentId), { recursive: true, force: true })));
}
