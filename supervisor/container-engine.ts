/** Containers of the supervisor's own, and what the engine knows of the one that it runs in. */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { type EngineFacts, readEngineInfo } from '../contracts/sandbox-row.ts';
import { SocketDockerEngine } from './docker-engine.ts';
import { EngineOutput } from './engine-output.ts';
import {
  askEngine,
  CALL_DEADLINE_MS,
  type EngineAnswer,
  type EngineCall,
  openStream,
  parseAnswer,
} from './engine-socket.ts';
import {
  type ContainerEngine,
  type ContainerState,
  EngineError,
  type OwnContainer,
  type TakeOutput,
} from './ports/docker-engine.ts';

/** Making and starting one takes half a second; on a busy disk many times that, milliseconds. */
const START_DEADLINE_MS = 30_000;

const state = z.object({
  Id: z.string(),
  State: z.object({ Status: z.string(), Running: z.boolean(), Pid: z.number(), ExitCode: z.number() }),
});
const own = z.object({
  Mounts: z.array(z.object({ Source: z.string().default(''), Destination: z.string() })),
  HostConfig: z.object({ UsernsMode: z.string().default('') }),
});

export class SocketContainerEngine extends SocketDockerEngine implements ContainerEngine {
  /** @param mountinfo text of /proc/self/mountinfo */
  constructor(
    socketPath: string,
    readonly mountinfo = () => readFileSync('/proc/self/mountinfo', 'utf8'),
  ) {
    super(socketPath);
  }

  isThere(): boolean {
    return existsSync(this.socketPath);
  }

  async facts(): Promise<EngineFacts> {
    const answer = await this.#ask({ method: 'GET', path: '/info' }, [200]);
    const facts = readEngineInfo(parseAnswer(z.unknown(), answer));
    if (facts === null) throw new EngineError('the Docker engine says nothing of itself');
    return facts;
  }

  async ownContainer(): Promise<OwnContainer | null> {
    const id = ownContainerId(this.mountinfo());
    if (id === null) return null;
    const answer = await this.#ask({ method: 'GET', path: `/containers/${id}/json` }, [200, 404]);
    if (answer.status === 404) return null;
    const { Mounts, HostConfig } = parseAnswer(own, answer);
    const mounts = Mounts.map(({ Source, Destination }) => ({ source: Source, destination: Destination }));
    return { mounts, usernsMode: HostConfig.UsernsMode };
  }

  async create(name: string, options: object): Promise<string> {
    const path = `/containers/create?name=${encodeURIComponent(name)}`;
    const call = { method: 'POST', path, body: options, deadlineMs: START_DEADLINE_MS } as const;
    return parseAnswer(z.object({ Id: z.string() }), await this.#ask(call, [201])).Id;
  }

  async start(id: string): Promise<void> {
    const path = `/containers/${id}/start`;
    await this.#ask({ method: 'POST', path, deadlineMs: START_DEADLINE_MS }, [204]);
  }

  async look(id: string): Promise<ContainerState | null> {
    const answer = await this.#ask({ method: 'GET', path: `/containers/${id}/json` }, [200, 404]);
    if (answer.status === 404) return null;
    const { Id, State } = parseAnswer(state, answer);
    const exitCode = State.Status === 'exited' ? State.ExitCode : null;
    return { id: Id, pid: State.Pid, isRunning: State.Running, exitCode };
  }

  async list(label: string): Promise<string[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
    const path = `/containers/json?all=1&filters=${filters}`;
    const answer = await this.#ask({ method: 'GET', path }, [200]);
    return parseAnswer(z.array(z.object({ Id: z.string() })), answer).map(({ Id }) => Id);
  }

  async stop(id: string, graceSeconds: number): Promise<void> {
    const path = `/containers/${id}/stop?t=${graceSeconds}`;
    const deadlineMs = graceSeconds * 1000 + START_DEADLINE_MS;
    await this.#ask({ method: 'POST', path, deadlineMs }, [204, 304, 404]);
  }

  async remove(id: string): Promise<void> {
    const path = `/containers/${id}?force=1&v=1`;
    // 409: it is being removed already.
    await this.#ask({ method: 'DELETE', path, deadlineMs: START_DEADLINE_MS }, [204, 404, 409]);
  }

  async follow(id: string, take: TakeOutput, signal: AbortSignal): Promise<void> {
    const path = `/containers/${id}/logs?follow=1&stdout=1&stderr=1`;
    const output = new EngineOutput(take);
    try {
      for await (const part of await openStream(this.socketPath, path, signal)) output.push(part);
    } catch (cause) {
      if (!signal.aborted) throw new EngineError('the output of a container broke off', { cause });
    }
  }

  async #ask(call: EngineCall, fine: readonly number[]): Promise<EngineAnswer> {
    const answer = await askEngine(this.socketPath, { deadlineMs: CALL_DEADLINE_MS, ...call });
    if (fine.includes(answer.status)) return answer;
    const words = refusalOf(answer.body);
    throw new EngineError(`the Docker engine answered HTTP ${answer.status}: ${words}`);
  }
}

/**
 * The engine mounts its own files for names and addresses into each container, from a folder named after it: seen with
 * Docker (`/containers/<id>/hostname`) and podman (`-containers/<id>/userdata/hostname`), cgroup v1 and v2 alike.
 * Null outside of any container; an id need not be one of this engine's.
 */
export function ownContainerId(mountinfo: string): string | null {
  const found = /containers\/([0-9a-f]{64})\/(?:userdata\/)?(?:hostname|hosts|resolv\.conf) \/etc\//;
  return found.exec(mountinfo)?.[1] ?? null;
}

function refusalOf(body: string): string {
  try {
    const parsed = z.object({ message: z.string() }).safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.message.slice(0, 300) : 'no reason';
  } catch {
    return 'no reason'; // the status says what there is to say
  }
}
