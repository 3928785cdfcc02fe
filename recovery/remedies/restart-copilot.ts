/** Restarts the copilot-api proxy when it does not answer. */
import { get } from 'node:http';
import type { RemedyParts } from './parts.ts';
import { restartUnit } from './restart-unit.ts';

/** It answers `/` itself, without asking anybody. */
const ANSWER_LIMIT_MS = 3000;

export function restartCopilot(parts: RemedyParts) {
  const look = async (signal: AbortSignal) => {
    const { copilotUrl } = parts.settings();
    if (copilotUrl === null) return 'COPILOT_API_URL is not set, so nothing uses it';
    return (await answers(copilotUrl, signal)) ? `copilot-api answers at ${copilotUrl}` : null;
  };
  return restartUnit(parts, { name: 'restart_copilot', unit: 'copilot-api', look });
}

function answers(url: string, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
  return new Promise((resolve) => {
    get(url, { agent: false, signal: limit }, (res) => {
      res.resume();
      resolve((res.statusCode ?? 500) < 500);
    }).on('error', () => resolve(false)); // why it does not answer is the helper's to find out
  });
}
