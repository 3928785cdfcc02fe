/** Whether an OpenAI-compatible endpoint is there. Asking for its models costs nothing and counts towards no limit. */
import type { Dispatcher } from 'undici';
import { endpoint } from './call.ts';

export type EndpointProblem = {
  reason: string;
  /** Nothing answers there at all: the same that the supervisor's own look finds, and restarts the proxy for. */
  isDown: boolean;
};

/** @returns what is wrong; null when nothing is. Never rejects. */
export async function checkEndpoint(
  dispatcher: Dispatcher,
  { baseUrl, apiKey }: { baseUrl: string; apiKey: string },
  signal: AbortSignal,
): Promise<EndpointProblem | null> {
  try {
    const { origin, path } = endpoint(baseUrl, '/v1/models');
    const headers = { authorization: `Bearer ${apiKey}` };
    const answer = await dispatcher.request({ origin, path, method: 'GET', headers, signal });
    await answer.body.dump();
    if (answer.statusCode === 200) return null;
    const hint = answer.statusCode === 401 ? ' (copilot-api auth)' : '';
    return { reason: `copilot-api answers with ${answer.statusCode}${hint}`, isDown: false };
  } catch {
    // Whatever it is (refused, reset, too slow), a person does the same about it.
    return { reason: 'copilot-api does not answer (sudo systemctl restart copilot-api)', isDown: true };
  }
}
