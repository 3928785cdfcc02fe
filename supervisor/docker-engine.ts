/**
 * The Docker engine over its unix socket, with node:http alone: the supervisor's bundle carries no Docker library.
 * Every call has a deadline of its own under the caller's signal.
 */
import { request } from 'node:http';
import * as z from 'zod';
import { type DockerEngine, EngineError } from './ports/docker-engine.ts';
import { within } from './probes/within.ts';

/** A healthy engine answers in milliseconds; a busy disk may take seconds. */
const CALL_DEADLINE_MS = 5000;
/** Removing gigabytes of small files takes its time, milliseconds. */
const PRUNE_DEADLINE_MS = 120_000;
/** An image's or the engine's description is some kilobytes. */
const BODY_LIMIT = 4 * 1024 * 1024;

type Answer = { status: number; body: string };

export class SocketDockerEngine implements DockerEngine {
  /** @param socketPath the engine's socket */
  constructor(readonly socketPath: string) {}

  async version(signal: AbortSignal): Promise<string> {
    const { status, body } = await this.#call('GET', '/version', CALL_DEADLINE_MS, signal);
    return parse(z.object({ Version: z.string() }), body, status).Version;
  }

  async hasImage(name: string, signal: AbortSignal): Promise<boolean> {
    const path = `/images/${encodeURIComponent(name)}/json`;
    const { status } = await this.#call('GET', path, CALL_DEADLINE_MS, signal);
    if (status === 200) return true;
    if (status === 404) return false;
    throw new EngineError(`the Docker engine answered HTTP ${status} when asked for ${name}`);
  }

  async rootFolder(signal: AbortSignal): Promise<string> {
    const { status, body } = await this.#call('GET', '/info', CALL_DEADLINE_MS, signal);
    return parse(z.object({ DockerRootDir: z.string() }), body, status).DockerRootDir;
  }

  async pruneBuildCache(signal: AbortSignal): Promise<number> {
    const { status, body } = await this.#call('POST', '/build/prune?all=true', PRUNE_DEADLINE_MS, signal);
    return parse(z.object({ SpaceReclaimed: z.number().default(0) }), body, status).SpaceReclaimed;
  }

  #call(method: string, path: string, deadlineMs: number, signal: AbortSignal): Promise<Answer> {
    return within(deadlineMs, (limit) => this.#exchange(method, path, limit), signal);
  }

  #exchange(method: string, path: string, signal: AbortSignal): Promise<Answer> {
    const options = { socketPath: this.socketPath, method, path, agent: false, signal } as const;
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) => reject(new EngineError(reasonOf(cause), { cause }));
      const req = request(options, (res) => {
        let body = '';
        res.setEncoding('utf8');
        res.on('data', (part: string) => {
          body += part;
          if (body.length > BODY_LIMIT) req.destroy(new Error('the answer is too long'));
        });
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
        res.on('error', fail);
      });
      req.on('error', fail).end();
    });
  }
}

function parse<T>(schema: z.ZodType<T>, body: string, status: number): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new EngineError(`the Docker engine answered HTTP ${status} with something else`, { cause });
  }
}

function reasonOf({ name, message, ...error }: NodeJS.ErrnoException): string {
  if (name === 'AbortError') return 'the Docker engine does not answer in time';
  return `the Docker engine does not answer (${error.code ?? message})`;
}
