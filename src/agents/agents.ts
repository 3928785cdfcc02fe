/**
 * All live agents, one a group: started when a turn needs one or ahead of it, kept warm, closed after idling or when
 * another needs the room, adopted after a crash of the orchestrator. Idle agents hold no turn slot.
 *
 * Invariants: before the first agent is started, those of a former process are adopted or gone, and before a group's
 * next one is started its last one is gone, so that a group never has two; whoever asks while an agent is being
 * started gets that one.
 */
import { randomBytes } from 'node:crypto';
import type { RunningAgent } from '../../container/sandbox.ts';
import type { Group } from '../store/groups.ts';
import type { Agent } from './agent.ts';
import { agentSpec } from './agent-folders.ts';
import { type AgentsOptions, describeEnd } from './agents-options.ts';
import { settleFormer, sweepRunFolders } from './former-agents.ts';
import { LiveAgent } from './live-agent.ts';
import { openAgent } from './open-agent.ts';
import { type AgentRest, evictedForOneMore, nextToWarm } from './warm-policy.ts';

/** No agent is started any more: the service is stopping. */
export class AgentsClosedError extends Error {
  readonly code = 'AGENTS_CLOSED';
}

/** Starting a sandbox may take this long, milliseconds. */
const START_LIMIT_MS = 60_000;
/** Between TERM and KILL for an agent whose turn did not end in time, milliseconds. */
const STOP_GRACE_MS = 3000;
/** An agent started ahead that does not get warm in this time is no help, milliseconds; it takes about a second. */
const WARM_LIMIT_MS = 60_000;

export class Agents {
  /** One process life: tells a runner that it talks to a successor. */
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #live = new Map<string, LiveAgent>();
  readonly #starting = new Map<string, Promise<LiveAgent>>();
  readonly #ending = new Map<string, Promise<void>>();
  #formerAreGone = false;
  #closing = false;

  constructor(readonly options: AgentsOptions) {}

  /**
   * The group's agent: the live one, or a new one. It stays awake until `release`.
   * @throws SandboxError, AgentsClosedError, DiskRefusedError
   */
  async obtain(group: Group): Promise<Agent> {
    const { folder } = group;
    const live = this.#starting.has(folder) ? undefined : this.#live.get(folder);
    if (!live && !this.#starting.has(folder)) this.#makeRoom();
    const entry = live ?? (await this.#startOnce(group));
    entry.work();
    return entry.agent;
  }

  /** The group whose agent is to be started ahead; null when there is none, or this is not the time. */
  nextToWarm(): string | null {
    return nextToWarm(this.options.wantedWarm(), this.#view(), this.options.capacity);
  }

  /**
   * Starts a group's agent ahead of its first question. Resolves when it is warm.
   * @throws SandboxError, AgentsClosedError, DiskRefusedError, AgentNotWarmError
   */
  async warm(group: Group): Promise<void> {
    const { clock, onRecord } = this.options;
    const began = clock.monotonic();
    const { agent } = await this.#startOnce(group, (entry) => this.#rest(group.folder, entry));
    await agent.warm(WARM_LIMIT_MS);
    onRecord({ group: group.folder, result: 'prewarmed', seconds: (clock.monotonic() - began) / 1000 });
  }

  /** What a group holds that is above its limit, and the limit, bytes; null while it is within it. */
  diskExcess(folder: string): { used: number; limit: number } | null {
    return this.options.disk.excessOf(folder);
  }

  /** Whether the group has an agent at this moment. */
  isLive(folder: string): boolean {
    return this.#live.has(folder);
  }

  /** The turn is over: the agent stays warm for a while, then closes unless its group is expected to ask again. */
  release(folder: string): void {
    const entry = this.#live.get(folder);
    if (entry) this.#rest(folder, entry);
  }

  /**
   * At start: agents of a former process. One whose group has an unfinished turn is taken over, the rest is stopped.
   * @param expected folder → unfinished turn
   * @throws SandboxError when they can't be listed; the first start asks again
   */
  async adopt(groups: readonly Group[], expected: ReadonlyMap<string, string>): Promise<void> {
    const survivors = await this.options.sandbox.survivors(AbortSignal.timeout(START_LIMIT_MS));
    const takeOver = async (process: RunningAgent) => {
      const group = groups.find((candidate) => candidate.folder === process.group);
      const turn = expected.get(process.group);
      return group !== undefined && turn !== undefined && this.#takeOver(group, process, turn);
    };
    await settleFormer({ survivors, takeOver, log: this.options.log });
    this.#formerAreGone = true;
    const live = [...this.#live.values()].map((entry) => entry.agent.process.agentId);
    await sweepRunFolders(this.options.paths.agentsRun, new Set(live));
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
    const ends = [...this.#live].map(([folder, entry]) => this.#end(folder, entry));
    // One that is being started ends by itself as soon as it is there.
    await Promise.allSettled([...ends, ...this.#starting.values()]);
    await Promise.all(this.#ending.values());
  }

  /** @param whenThere called as soon as the agent is there, before anybody who waits for it goes on */
  #startOnce(group: Group, whenThere: (entry: LiveAgent) => void = () => undefined): Promise<LiveAgent> {
    const { folder } = group;
    const under = this.#starting.get(folder);
    if (under) return under;
    const started = this.#start(group).then((entry) => {
      whenThere(entry);
      return entry;
    });
    const start = started.finally(() => this.#starting.delete(folder));
    this.#starting.set(folder, start);
    return start;
  }

  #view(): AgentRest[] {
    const live = [...this.#live].map(([folder, { idleSince }]) => ({ folder, idleSince }));
    const starting = [...this.#starting.keys()].filter((folder) => !this.#live.has(folder));
    return [...live, ...starting.map((folder) => ({ folder, idleSince: null }))];
  }

  /** Idle agents go; the one that needs their room does not wait for that. */
  #makeRoom(): void {
    for (const folder of evictedForOneMore(this.#view(), this.options.capacity)) {
      const entry = this.#live.get(folder);
      if (!entry) continue;
      this.options.log.info({ group: folder }, 'idle agent container closes: another group needs the room');
      void this.#end(folder, entry);
    }
  }

  #rest(folder: string, entry: LiveAgent): void {
    const { clock, idleMs, log, wantedWarm } = this.options;
    const onIdle = () => {
      log.info({ group: folder }, 'idle agent container closes');
      void this.#end(folder, entry);
    };
    entry.rest({ clock, idleMs, isWanted: () => wantedWarm().includes(folder), onIdle });
  }

  async #start(group: Group): Promise<LiveAgent> {
    const { clock, log, onRecord, sandbox, disk, assertSandboxReady } = this.options;
    if (this.#closing) throw new AgentsClosedError('the service is stopping');
    const started = clock.monotonic();
    await disk.admit(group.folder);
    await Promise.all([assertSandboxReady(), this.#ending.get(group.folder)]);
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

  async #open(
    group: Group,
    agentId: string,
    expectedTurn: string | null,
    process: () => Promise<RunningAgent>,
  ): Promise<LiveAgent> {
    const open = await openAgent(this.options, { group, agentId, expectedTurn, epoch: this.#epoch, process });
    const entry = new LiveAgent(open);
    this.#live.set(group.folder, entry);
    void this.#watch(group.folder, entry);
    return entry;
  }

  async #watch(folder: string, entry: LiveAgent): Promise<void> {
    const { agent } = entry;
    void agent.hasCome.then(() => this.options.runner.came());
    const unwatch = this.options.disk.watch({ folder, stop: (why) => void agent.kill(0, why) });
    const exit = await agent.process.exited;
    unwatch();
    this.options.log.info({ group: folder, exit: exit.detail }, 'agent container is gone');
    const result = agent.causeOf(exit) ?? describeEnd(exit, agent.turn !== null);
    this.options.onRecord({ group: folder, result, seconds: 0 });
    if (result === 'broken_runner') this.options.runner.broke(exit.detail);
    this.#forget(folder, entry);
    await agent.link.settled();
    await entry.open.close();
  }

  /** Lets an idle agent end by itself; one that still works is stopped. Resolves when its process is gone. */
  async #end(folder: string, entry: LiveAgent): Promise<void> {
    this.#forget(folder, entry);
    const { agent } = entry;
    const ended = agent.turn !== null ? agent.kill(STOP_GRACE_MS) : agent.close();
    this.#ending.set(folder, ended);
    await ended;
    if (this.#ending.get(folder) === ended) this.#ending.delete(folder);
  }

  #forget(folder: string, entry: LiveAgent): void {
    entry.forget();
    if (this.#live.get(folder) === entry) this.#live.delete(folder);
  }
}
