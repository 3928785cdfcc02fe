/** The two ways into the orchestrator: its ops endpoint, asked until it answers well, and its control socket. */
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

const LOOK_EVERY_MS = 5;
const LIMIT_MS = 60_000;

/** @returns `performance.now()` when the address first answered 200 */
export async function answeredAt(url: string): Promise<number> {
  const giveUp = performance.now() + LIMIT_MS;
  while (performance.now() < giveUp) {
    if ((await statusOf(url)) === 200) return performance.now();
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`${url} did not answer well within ${LIMIT_MS} ms`);
}

/** Null when nobody listens. */
function statusOf(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2000 }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? null));
    });
    request.on('error', () => resolve(null)); // not listening yet: asked again
    request.on('timeout', () => request.destroy());
  });
}

/** Many callers at once over the control socket; the first call of each connection pays for opening it. */
export class Control {
  readonly #pool: Pool;

  constructor(socketPath: string, connections = 1) {
    this.#pool = new Pool('http://localhost', { socketPath, connections });
  }

  /** @returns when the answer had come, which for a message means that it is durable */
  async call(method: 'POST' | 'PUT', path: string, body: object): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const response = await this.#pool.request({ method, path, headers, body: JSON.stringify(body) });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return performance.now();
  }

  say(chat: string, id: string, text: string): Promise<number> {
    return this.call('POST', '/local/messages', { id, chat, sender: 'bench', text });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
