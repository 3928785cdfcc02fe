/** The Docker engine as the supervisor's probes and remedies ask for it. */
import * as z from 'zod';
import { askEngine, parseAnswer } from './engine-socket.ts';
import { type DockerEngine, EngineError } from './ports/docker-engine.ts';

/** Removing gigabytes of small files takes its time, milliseconds. */
const PRUNE_DEADLINE_MS = 120_000;

export class SocketDockerEngine implements DockerEngine {
  /** @param socketPath the engine's socket */
  constructor(readonly socketPath: string) {}

  async version(signal: AbortSignal): Promise<string> {
    const answer = await askEngine(this.socketPath, { method: 'GET', path: '/version', signal });
    return parseAnswer(z.object({ Version: z.string() }), answer).Version;
  }

  async hasImage(name: string, signal?: AbortSignal): Promise<boolean> {
    const path = `/images/${encodeURIComponent(name)}/json`;
    const { status } = await askEngine(this.socketPath, { method: 'GET', path, ...(signal && { signal }) });
    if (status === 200) return true;
    if (status === 404) return false;
    throw new EngineError(`the Docker engine answered HTTP ${status} when asked for ${name}`);
  }

  async rootFolder(signal: AbortSignal): Promise<string> {
    const answer = await askEngine(this.socketPath, { method: 'GET', path: '/info', signal });
    return parseAnswer(z.object({ DockerRootDir: z.string() }), answer).DockerRootDir;
  }

  async pruneBuildCache(signal: AbortSignal): Promise<number> {
    const call = { method: 'POST', path: '/build/prune?all=true', signal } as const;
    const answer = await askEngine(this.socketPath, { ...call, deadlineMs: PRUNE_DEADLINE_MS });
    return parseAnswer(z.object({ SpaceReclaimed: z.number().default(0) }), answer).SpaceReclaimed;
  }
}
