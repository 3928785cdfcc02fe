/**
 * One running container: follows its output into its log, waits for its end, reads how it ended, removes it.
 * The wait is the engine's own (one open request), so an end is known at once and nothing is polled.
 */
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { EngineFacts } from '../contracts/sandbox-row.ts';
import { describeExit } from './agent-exit.ts';
import type { AgentLog } from './agent-log.ts';
import { CALL_DEADLINE_MS, type CallEngine, statusOf } from './engine-call.ts';
import { explainKill } from './engine-kinds.ts';
import { agentName } from './inside.ts';
import type { AgentExit, RunningAgent } from './sandbox.ts';

/** A restarting engine is waited for this long before an agent is given up: `systemctl restart docker` takes 10 s. */
const ENGINE_GONE_TRIES = 30;
const ENGINE_GONE_PAUSE_MS = 1000;

/** The rest of the output arrives with the end; a stream that stays open longer is not waited for. */
const LOG_TAIL_MS = 2000;

/** 128 + SIGKILL. */
const KILLED = 137;

export type DockerAgentParts = {
  docker: Docker;
  call: CallEngine;
  engine: EngineFacts;
  container: Docker.Container;
  agent: { agentId: string; group: string };
  log: AgentLog;
  /** Output before this time is in the log already, seconds since the epoch. */
  since: number;
};

export class DockerAgent implements RunningAgent {
  readonly agentId: string;
  readonly group: string;
  readonly name: string;
  readonly exited: Promise<AgentExit>;
  readonly #parts: DockerAgentParts;
  #stopping: Promise<void> | null = null;

  constructor(parts: DockerAgentParts) {
    this.agentId = parts.agent.agentId;
    this.group = parts.agent.group;
    this.name = agentName(parts.agent);
    this.#parts = parts;
    this.exited = this.#live();
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs).catch((error: unknown) => {
      this.#stopping = null; // the engine did not take the order, so the next call gives it again
      throw error;
    });
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<void> {
    const call = { doing: `stopping ${this.name}`, deadlineMs: graceMs + CALL_DEADLINE_MS };
    try {
      await this.#parts.call(call, (abortSignal) =>
        this.#parts.container.stop({ t: Math.ceil(graceMs / 1000), abortSignal }),
      );
    } catch (error) {
      const status = statusOf(error);
      if (status !== 304 && status !== 404) throw error; // these two say that it has ended already
    }
    await this.exited;
  }

  async #live(): Promise<AgentExit> {
    const tail = new AbortController();
    const logged = this.#followLog(tail.signal);
    const exit = await this.#awaitEnd();
    await Promise.race([
      logged,
      pause(LOG_TAIL_MS, undefined, { signal: tail.signal }).catch(() => undefined),
    ]);
    tail.abort();
    await logged;
    await this.#parts.log.close().catch(() => undefined); // all that was to be written is written
    await this.#remove();
    return exit;
  }

  /** Resolves when the output ends, the log is full or `signal` is aborted; a lost stream costs log lines only. */
  async #followLog(signal: AbortSignal): Promise<void> {
    const { container, docker, log, since } = this.#parts;
    const options = { follow: true as const, stdout: true, stderr: true, since };
    try {
      const stream = await this.#parts.call({ doing: `reading the log of ${this.name}` }, () =>
        container.logs(options),
      );
      const ended = new Promise<void>((resolve) => {
        stream.once('close', resolve).once('end', resolve).once('error', resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      docker.modem.demuxStream(stream, log as never, log as never);
      await Promise.race([ended, log.full]);
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
    } catch (error) {
      log.write(Buffer.from(`[the output could not be followed: ${String(error)}]\n`));
    }
  }

  async #awaitEnd(): Promise<AgentExit> {
    for (let tries = 0; tries < ENGINE_GONE_TRIES; tries += 1) {
      try {
        await waitFor(this.#parts);
        return await this.#readEnd();
      } catch (error) {
        if (statusOf(error) === 404) return describeExit(null, false, 'its container was removed');
        await pause(ENGINE_GONE_PAUSE_MS); // the engine went away, perhaps to come back
      }
    }
    return describeExit(null, false, 'the Docker engine went away and did not come back');
  }

  async #readEnd(): Promise<AgentExit> {
    const { State } = await this.#parts.call({ doing: `inspecting ${this.name}` }, (abortSignal) =>
      this.#parts.container.inspect({ abortSignal }),
    );
    const isUnexplained = State.ExitCode === KILLED && !State.OOMKilled && this.#stopping === null;
    const note = State.Error || (isUnexplained ? explainKill(this.#parts.engine) : '');
    return describeExit(State.ExitCode, State.OOMKilled, note);
  }

  async #remove(): Promise<void> {
    try {
      await this.#parts.call({ doing: `removing ${this.name}` }, (abortSignal) =>
        this.#parts.container.remove({ force: true, abortSignal }),
      );
    } catch {
      // Left behind at most until the next start: `survivors` removes ended containers.
    }
  }
}

/**
 * Resolves when the container has ended, rejects when the engine goes away. The engine begins its answer at once; the
 * library's own `wait` would never settle when the connection breaks in the middle of it.
 */
async function waitFor({ docker, container }: Pick<DockerAgentParts, 'docker' | 'container'>): Promise<void> {
  const order = {
    ...{ path: `/containers/${container.id}/wait`, method: 'POST', isStream: true },
    statusCodes: { 200: true, 404: 'no such container' },
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    docker.modem.dial(order, (error, res) => (error ? reject(error) : resolve(res as IncomingMessage)));
  });
  await finished(answer.resume());
}
