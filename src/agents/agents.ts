/**
 * All live agents, one a group: started when a turn needs one, kept warm, closed after idling, adopted after a
 * crash of the orchestrator. Idle agents hold no turn slot.
 *
 * Invariant: before the first agent is started, those of a former process are adopted or gone, so that a group
 * never has two.
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import type { RunningAgent, Sandbox } from '../../container/sandbox.ts';
import type { Group } from '../store/groups.ts';
import type { Agent } from './agent.ts';
import { agentSpec } from './agent-folders.ts';
import { type OpenAgent, type OpenAgentDeps, openAgent } from './open-agent.ts';

export type AgentsOptions = OpenAgentDeps & {
  sandbox: Sandbox;
  /** An agent without work closes after this, milliseconds. */
  idleMs: number;
  /** Rejects with a reason for people when agents can't be started now. */
  assertSandboxReady(): Promise<void>;
  onRecord(record: { group: string; result: string; seconds: number }): void;
};

/** No agent is started any more: the service is stopping. */
export class AgentsClosedError extends Error {
  readonly code = 'AGENTS_CLOSED';
}

/** Starting a sandbox may take this long, milliseconds. */
const START_LIMIT_MS = 60_000;
/** Between TERM and KILL for an agent whose turn did not end in time, milliseconds. */
const STOP_GRACE_MS = 3000;

type Entry = OpenAgent & { cancelIdle: () => void };

export class Agents {
  /** One process life: tells a runner that it talks to a successor. */
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #live = new Map<string, Entry>();
  #formerAreGone = false;
  #closing = false;

  constructor(readonly options: AgentsOptions) {}

  /**
   * The group's agent: the live one, or a new one. It stays awake until `release`.
   * @throws SandboxError, AgentsClosedError
   */
  async obtain(group: Group): Promise<Agent> {
    const entry = this.#live.get(group.folder) ?? (await this.#start(group));
    entry.cancelIdle();
    return entry.agent;
  }

  /** Whether the group has an agent at this moment. */
  isLive(folder: string): boolean {
    return this.#live.has(folder);
  }

  /** The turn is over: the agent stays warm for a while, then closes. */
  release(folder: string): void {
    const entry = this.#live.get(folder);
    if (!entry) return;
    const { clock, idleMs, log } = this.options;
    entry.cancelIdle();
    entry.cancelIdle = clock.after(idleMs, () => {
      log.info({ group: folder }, 'idle agent container closes');
      void this.#end(folder, entry);
    });
  }

  /**
   * At start: agents of a former process. One whose group has an unfinished turn is taken over, the rest is stopped.
   * @param expected folder → unfinished turn
   * @throws SandboxError when they can't be listed; the first start asks again
   */
  async adopt(groups: readonly Group[], expected: ReadonlyMap<string, string>): Promise<void> {
    const survivors = await this.options.sandbox.survivors(AbortSignal.timeout(START_LIMIT_MS));
    await Promise.all(
      survivors.map(async (process) => {
        const group = groups.find((candidate) => candidate.folder === process.group);
        const turn = expected.get(process.group);
        if (!group || turn === undefined || !(await this.#takeOver(group, process, turn)))
          await this.#stopFormer(process);
      }),
    );
    this.#formerAreGone = true;
    await this.#sweepRunFolders();
  }

  /**
   * Stops a group's agent, whatever it does; a turn of it is tried again. Resolves when its process is gone.
   * @returns whether there was one
   */
  async stopGroup(folder: string): Promise<boolean> {
    const entry = this.#live.get(folder);
    if (!entry) return false;
    await entry.agent.kill(STOP_GRACE_MS);
    return true;
  }

  /** Closes every agent; none is left when it resolves, and none is started after. */
  async stop(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#live.entries()].map(([folder, entry]) => this.#end(folder, entry)));
  }

  async #start(group: Group): Promise<Entry> {
    const { clock, log, onRecord, sandbox, assertSandboxReady } = this.options;
    if (this.#closing) throw new AgentsClosedError('the service is stopping');
    const started = clock.monotonic();
    await assertSandboxReady();
    if (!this.#formerAreGone) await this.adopt([], new Map());
    const agentId = randomBytes(6).toString('hex');
    log.info({ group: group.folder, agentId }, 'Spawning agent container');
    const entry = await this.#open(group, agentId, null, () =>
      sandbox.start(agentSpec({ group, agentId, ...this.options }), AbortSignal.timeout(START_LIMIT_MS)),
    );
    if (this.#closing) {
      await this.#end(group.folder, entry);
      throw new AgentsClosedError('the service is stopping');
    }
    onRecord({ group: group.folder, result: 'started', seconds: (clock.monotonic() - started) / 1000 });
    return entry;
  }

  async #takeOver(group: Group, process: RunningAgent, turn: string): Promise<boolean> {
    if (this.#live.has(group.folder)) return false;
    this.options.log.info(
      { container: process.name, turn },
      'adopting an agent container from before the restart',
    );
    try {
      await this.#open(group, process.agentId, turn, async () => process);
      return true;
    } catch (error) {
      this.options.log.warn(
        { container: process.name, reason: (error as Error).message },
        'it could not be adopted',
      );
      return false;
    }
  }

  async #stopFormer(process: RunningAgent): Promise<void> {
    this.options.log.info({ container: process.name }, 'stopping an agent container from before the restart');
    await process
      .stop(0)
      .catch((error: Error) => this.options.log.error({ reason: error.message }, 'it could not be stopped'));
  }

  async #open(
    group: Group,
    agentId: string,
    expectedTurn: string | null,
    process: () => Promise<RunningAgent>,
  ): Promise<Entry> {
    const open = await openAgent(this.options, { group, agentId, expectedTurn, epoch: this.#epoch, process });
    const entry: Entry = { ...open, cancelIdle: () => undefined };
    this.#live.set(group.folder, entry);
    void this.#watch(group.folder, entry);
    return entry;
  }

  async #watch(folder: string, entry: Entry): Promise<void> {
    const exit = await entry.agent.process.exited;
    this.options.log.info({ group: folder, exit: exit.detail }, 'agent container is gone');
    const result = exit.oomKilled ? 'oom' : exit.code === 0 ? 'closed' : 'died';
    this.options.onRecord({ group: folder, result, seconds: 0 });
    this.#forget(folder, entry);
    await entry.agent.link.settled();
    await entry.close();
  }

  /** Lets an idle agent end by itself; one that still works is stopped. Resolves when its process is gone. */
  async #end(folder: string, entry: Entry): Promise<void> {
    this.#forget(folder, entry);
    if (entry.agent.isRunning) await entry.agent.kill(STOP_GRACE_MS);
    else await entry.agent.close();
  }

  #forget(folder: string, entry: Entry): void {
    entry.cancelIdle();
    if (this.#live.get(folder) === entry) this.#live.delete(folder);
  }

  /** Run folders of agents that ended while nobody looked. */
  async #sweepRunFolders(): Promise<void> {
    const { paths } = this.options;
    const live = new Set([...this.#live.values()].map((entry) => entry.agent.process.agentId));
    const found = await readdir(paths.agentsRun).catch(() => []); // no agent has ever run here
    const left = found.filter((agentId) => !live.has(agentId));
    await Promise.all(left.map((agentId) => rm(paths.agentRun(agentId), { recursive: true, force: true })));
  }
}
