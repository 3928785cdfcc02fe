/** The copilot-api proxy answers. Only asked when `COPILOT_API_URL` is set. */
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import type { Probe, Sighting } from './codes.ts';
import { within } from './within.ts';

const INTERVAL_MS = 30_000;
const ANSWER_LIMIT_MS = 3000;

export type CopilotParts = {
  url(): string | null;
  /** HTTP status of the proxy's own page. @throws when nothing answers in time */
  ask(url: string, signal: AbortSignal): Promise<number>;
};

export function copilotProbe({ url, ask }: CopilotParts): Probe {
  return {
    name: 'copilot',
    intervalMs: INTERVAL_MS,
    async look(signal) {
      const address = url();
      if (address === null) return [sighting(null, 'copilot-api is not used')];
      const problem = await ask(address, signal).then(
        (status) => (status < 500 ? null : `copilot-api answers HTTP ${status}`),
        (error: NodeJS.ErrnoException) => `copilot-api does not answer (${error.code ?? error.name})`,
      );
      return [sighting(problem, 'copilot-api answers')];
    },
  };
}

function sighting(problem: string | null, well: string): Sighting {
  const state = problem === null ? 'good' : 'bad';
  return { code: 'copilot_down', target: null, state, detail: problem ?? well };
}

/** Asks `/`, which the proxy answers by itself, without spending anything. */
export function askStatus(url: string, signal: AbortSignal): Promise<number> {
  const get = url.startsWith('https:') ? getSecure : getPlain;
  const ask = (limit: AbortSignal) =>
    new Promise<number>((resolve, reject) => {
      get(url, { agent: false, signal: limit }, (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      }).on('error', reject);
    });
  return within(ANSWER_LIMIT_MS, ask, signal);
}
