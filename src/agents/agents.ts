/**
 * All live agents, one a group: started when a turn needs one, kept warm, closed after idling, adopted after a
 * crash of the orchestrator. Idle agents hold no turn slot.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { RunningAgent, Sandbox } from '../../container/sandbox.ts';
import type { RunnerConfig } from '../../contracts/link.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { Clock } from '../clock.ts';
import type { Group } from '../store/groups.ts';
import { Agent, type AgentOptions } from './agent.ts';
import { type AgentSettings, agentSpec, prepareFolders } from './agent-folders.ts';
import { type Installation, placeholderFor } from './installation.ts';

export type AgentsOptions = {
  paths: HomePaths;
  installation: Installation;
  settings: AgentSettings & { idleMs: number };
  sandbox: Sandbox;
  /** Rejects with a reason for people when agents can't be started now. */
  assertSandboxReady(): Promise<void>;
  /** Opens the agent's way to the model on `broker.sock` in its run folder. */
  openBroker(
    group: string,
    runDir: string,
    placeholder: RunnerConfig['placeholder'],
  ): Promise<{ stop(): Promise<void> }>;
  placeholderKind(): Promise<RunnerConfig['placeholder']['kind']>;
  runnerConfig(group: Group): Omit<RunnerConfig, 'placeholder'>;
  onRequest: AgentOptions['onRequest'];
  onRecord(record: { group: string; result: string; seconds: number }): void;
  clock: Clock;
  log: Logger;
};

/** Starting a sandbox may take this long, milliseconds. */
const START_LIMIT_MS = 60_000;

type Entry = { agent: Agent; broker: { stop(): Promise<void> }; cancelIdle: () => void };

export class Agents {
  /** One process life: tells a runner that it talks to a successor. */
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #live = new Map<string, Entry>();

  constructor(readonly options: AgentsOptions) {}

  /** The group's agent: the live one, or a new one. It stays awake until `release`. */
  async obtain(group: Group): Promise<Agent> {
    const entry = this.#live.get(group.folder) ?? (await this.#start(group));
    entry.cancelIdle();
    return entry.agent;
  }

  /** The group's live agent, if there is one. */
  find(folder: string): Agent | null {
    return this.#live.get(folder)?.agent ?? null;
  }

  /** The turn is over: the agent stays warm for a while, then closes. */
  release(folder: string): void {
    const entry = this.#live.get(folder);
    if (!entry) return;
    const { clock, settings, log } = this.options;
    entry.cancelIdle();
    entry.cancelIdle = clock.after(settings.idleMs, () => {
      log.info({ group: folder }, 'idle agent container closes');
      this.#forget(folder, entry);
      void entry.agent.close().finally(() => this.#closed(entry));
    });
  }

  /**
   * At start: agents of a former process. One whose group has an unfinished turn is taken over, the rest is stopped.
   * @param expected folder → unfinished turn
   */
  async adopt(groups: readonly Group[], expected: ReadonlyMap<string, string>): Promise<void> {
    for (const process of await this.options.sandbox.survivors(AbortSignal.timeout(START_LIMIT_MS))) {
      const group = groups.find((candidate) => candidate.folder === process.group);
      const expectedTurn = expected.get(process.group) ?? null;
      if (!group || expectedTurn === null || this.#live.has(process.group)) {
        this.options.log.info(
          { container: process.name },
          'stopping an agent container from before the restart',
        );
        void process.stop(0);
        continue;
      }
      this.options.log.info(
        { container: process.name, turn: expectedTurn },
        'adopting an agent container from before the restart',
      );
      await this.#open(group, process.agentId, expectedTurn, 'adopted', async () => process);
    }
  }

  /** Closes every agent; none is left when it resolves. */
  async stop(): Promise<void> {
    const entries = [...this.#live.entries()];
    for (const [folder, entry] of entries) this.#forget(folder, entry);
    await Promise.all(entries.map(([, entry]) => entry.agent.close().finally(() => this.#closed(entry))));
  }

  async #start(group: Group): Promise<Entry> {
    const { clock, log, settings, paths, onRecord } = this.options;
    const started = clock.monotonic();
    const agentId = randomBytes(6).toString('hex');
    log.info({ group: group.folder, agentId }, 'Spawning agent container');
    const entry = await this.#open(group, agentId, null, 'new', async () => {
      await this.options.assertSandboxReady();
      const spec = agentSpec({ group, agentId, paths, settings });
      return this.options.sandbox.start(spec, AbortSignal.timeout(START_LIMIT_MS));
    });
    onRecord({ group: group.folder, result: 'started', seconds: (clock.monotonic() - started) / 1000 });
    return entry;
  }

  async #open(
    group: Group,
    agentId: string,
    expectedTurn: string | null,
    mode: 'new' | 'adopted',
    process: () => Promise<RunningAgent>,
  ): Promise<Entry> {
    const { paths, settings, installation, clock, onRequest, placeholderKind, runnerConfig, openBroker } =
      this.options;
    const runDir = paths.agentRun(agentId);
    prepareFolders(group.folder, runDir, paths, settings);
    const placeholder = placeholderFor(installation, agentId, await placeholderKind());
    const link = {
      socketPath: `${runDir}/link.sock`,
      epoch: this.#epoch,
      config: () => ({ ...runnerConfig(group), placeholder }),
    };
    const log = this.options.log.child({ group: group.folder, agentId });
    const agent = new Agent({ link, onRequest, expectedTurn, clock, log }, mode);
    await agent.link.listen();
    const broker = await openBroker(group.folder, runDir, placeholder);
    const entry: Entry = { agent, broker, cancelIdle: () => undefined };
    try {
      agent.bind(await process());
    } catch (error) {
      await this.#closed(entry);
      throw error;
    }
    this.#live.set(group.folder, entry);
    void agent.process.exited.then(() => this.#gone(group.folder, entry));
    return entry;
  }

  async #gone(folder: string, entry: Entry): Promise<void> {
    const exit = await entry.agent.process.exited;
    this.options.log.info({ group: folder, exit: exit.detail }, 'agent container is gone');
    this.options.onRecord({
      group: folder,
      result: exit.oomKilled ? 'oom' : exit.code === 0 ? 'closed' : 'died',
      seconds: 0,
    });
    if (this.#live.get(folder) !== entry) return;
    this.#forget(folder, entry);
    await this.#closed(entry);
  }

  #forget(folder: string, entry: Entry): void {
    entry.cancelIdle();
    if (this.#live.get(folder) === entry) this.#live.delete(folder);
  }

  async #closed(entry: Entry): Promise<void> {
    await Promise.all([entry.agent.link.close(), entry.broker.stop()]);
  }
}
