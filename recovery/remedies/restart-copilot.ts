/**
 * Restarts the copilot-api proxy when it does not answer: through the root helper, where its unit is installed. We start
 * it nowhere else, so where there is no helper it is somebody's own process, and a person is told what to type.
 */
import { get } from 'node:http';
import type { RemedyParts } from './parts.ts';
import { restartUnit } from './restart-unit.ts';

/** It answers `/` itself, without asking anybody. */
const ANSWER_LIMIT_MS = 3000;

export function restartCopilot(parts: Pick<RemedyParts, 'settings' | 'privileged' | 'wait'>) {
  const look = async (signal: AbortSignal) => {
    const { copilotUrl } = parts.settings();
    if (copilotUrl === null) return 'COPILOT_API_URL is not set, so nothing uses it';
    return (await answers(copilotUrl, signal)) ? `copilot-api answers at ${copilotUrl}` : null;
  };
  const byHand =
    'sudo systemctl restart copilot-api, or without systemd: copilot-api start --port 4141 --rate-limit 10 --wait';
  return restartUnit(parts, { name: 'restart_copilot', unit: 'copilot-api', byHand, look });
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
