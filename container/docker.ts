/**
 * Agents in Docker containers. Containers carry the installation's label, and only those are ever listed, adopted
 * or removed, so that two homes on one engine never touch each other's.
 */
import Docker from 'dockerode';
import { type EngineFacts, readEngineInfo } from '../contracts/sandbox-row.ts';
import { AgentLog } from './agent-log.ts';
import { DockerAgent } from './docker-agent.ts';
import { type CallEngine, callsTo } from './engine-call.ts';
import { caveatsOf, nameEngine, UNKNOWN_ENGINE } from './engine-kinds.ts';
import { findStranger } from './engine-user.ts';
import { agentName } from './inside.ts';
import { listMounts, resolveMounts } from './mounts.ts';
import {
  type AgentSpec,
  type RunningAgent,
  type Sandbox,
  type SandboxCheck,
  SandboxError,
} from './sandbox.ts';
import { containerOptions, LABEL } from './spec.ts';

export type DockerOptions = {
  /** Short id of this home. */
  installation: string;
  image: string;
  /** Path of the engine's socket; null for one behind TCP, which DOCKER_HOST names. */
  socketPath: string | null;
  /** Longest log of one run, bytes. */
  logLimitBytes?: number | undefined;
};

export function createDockerSandbox(options: DockerOptions): Sandbox {
  return new DockerSandbox(options);
}

class DockerSandbox implements Sandbox {
  readonly kind = 'docker';
  readonly #docker: Docker;
  readonly #call: CallEngine;
  readonly #options: DockerOptions;
  /** Agents of this process that live or are being started, by id. */
  readonly #known = new Map<string, RunningAgent | null>();
  /** As it was found last; null before anybody asked. */
  #engine: EngineFacts | null = null;

  constructor(options: DockerOptions) {
    this.#options = options;
    this.#call = callsTo(options.socketPath);
    this.#docker = new Docker(options.socketPath === null ? {} : { socketPath: options.socketPath });
  }

  get caveats(): readonly string[] {
    return caveatsOf(this.#engine ?? UNKNOWN_ENGINE);
  }

  async check(signal: AbortSignal): Promise<SandboxCheck> {
    const { image, socketPath } = this.#options;
    try {
      const engine = await this.#askEngine(signal);
      const asking = { doing: 'looking whose the Docker engine is', signal };
      const stranger = await this.#call(asking, () => findStranger(engine, socketPath));
      if (stranger !== null) return { ok: false, code: 'engine_forbidden', reason: stranger };
      const looking = { doing: `looking for ${image}`, image, signal };
      await this.#call(looking, () => this.#docker.getImage(image).inspect());
      return { ok: true, detail: `${nameEngine(engine)}, ${image}` };
    } catch (error) {
      if (!(error instanceof SandboxError) || error.code === 'aborted') throw error;
      return { ok: false, code: error.code, reason: error.message };
    }
  }

  async start(spec: AgentSpec, signal: AbortSignal): Promise<RunningAgent> {
    const options = containerOptions(spec, await resolveMounts(listMounts(spec)), {
      ...this.#options,
      engine: this.#engine ?? (await this.#askEngine(signal)),
    });
    const log = await AgentLog.open(spec.logFile, this.#options.logLimitBytes);
    this.#known.set(spec.agentId, null);
    try {
      const container = await this.#createAndStart(options, signal);
      return this.#adopt(container, spec, log, 0);
    } catch (error) {
      await this.#discard(agentName(spec));
      await log.close();
      this.#known.delete(spec.agentId);
      throw error;
    }
  }

  async survivors(signal: AbortSignal): Promise<RunningAgent[]> {
    const label = `${LABEL.installation}=${this.#options.installation}`;
    const found = await this.#call({ doing: 'listing the agents', signal }, (abortSignal) =>
      this.#docker.listContainers({ all: true, filters: { label: [label] }, abortSignal }),
    );
    const agents = await Promise.all(found.map((info) => this.#adoptOrRemove(info)));
    return agents.filter((agent) => agent !== null);
  }

  async #askEngine(signal: AbortSignal): Promise<EngineFacts> {
    const call = { doing: 'asking the Docker engine about itself', signal };
    const facts = readEngineInfo(await this.#call(call, () => this.#docker.info()));
    this.#engine = facts ?? this.#engine ?? UNKNOWN_ENGINE;
    return this.#engine;
  }

  async #createAndStart(
    options: Docker.ContainerCreateOptions,
    signal: AbortSignal,
  ): Promise<Docker.Container> {
    const call = { doing: `starting ${options.name}`, image: this.#options.image, signal };
    const container = await this.#call(call, (abortSignal) =>
      this.#docker.createContainer({ ...options, abortSignal }),
    );
    await this.#call(call, (abortSignal) => container.start({ abortSignal }));
    return container;
  }

  async #adoptOrRemove(info: Docker.ContainerInfo): Promise<RunningAgent | null> {
    const agent = { agentId: info.Labels[LABEL.agent] ?? '', group: info.Labels[LABEL.group] ?? '' };
    const known = this.#known.get(agent.agentId);
    if (known !== undefined) return known;
    if (info.State !== 'running' && info.State !== 'paused') {
      await this.#discard(info.Id);
      return null;
    }
    try {
      const log = await AgentLog.open(info.Labels[LABEL.log] ?? '', this.#options.logLimitBytes);
      const { mtimeMs } = await log.file.stat();
      return this.#adopt(this.#docker.getContainer(info.Id), agent, log, mtimeMs / 1000);
    } catch {
      await this.#discard(info.Id); // its log cannot be kept, so it is stopped: nothing runs unrecorded
      return null;
    }
  }

  #adopt(
    container: Docker.Container,
    agent: { agentId: string; group: string },
    log: AgentLog,
    since: number,
  ): RunningAgent {
    const running = new DockerAgent({
      ...{ docker: this.#docker, call: this.#call, container, agent, log, since },
      engine: this.#engine ?? UNKNOWN_ENGINE,
    });
    this.#known.set(agent.agentId, running);
    void running.exited.then(() => this.#known.delete(agent.agentId));
    return running;
  }

  /** Removes a container that is of no use; by name also one whose creation was not heard of. */
  async #discard(idOrName: string): Promise<void> {
    try {
      await this.#call({ doing: `removing ${idOrName}` }, (abortSignal) =>
        this.#docker.getContainer(idOrName).remove({ force: true, abortSignal }),
      );
    } catch {
      // It was never made, or the next `survivors` removes it.
    }
  }
}
