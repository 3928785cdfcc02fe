/** One order to the living orchestrator over its control socket (contracts/control.ts). */
import { request } from 'node:http';
import { type RemedyOutcome, remedyOutcomeSchema } from '../../contracts/remedy.ts';
import { failed } from './outcome.ts';

const BODY_LIMIT = 64 * 1024;

type Answer = { status: number; body: string };

/** Never rejects: an orchestrator that does not answer is a failed order. */
export async function order(
  socketPath: string,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<RemedyOutcome> {
  try {
    const answer = await post(socketPath, path, JSON.stringify(body), signal);
    const outcome = remedyOutcomeSchema.safeParse(parseJson(answer.body));
    if (outcome.success) return outcome.data;
    return failed(`the orchestrator refused the order with HTTP ${answer.status}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return failed(`the orchestrator takes no orders (${code ?? message})`);
  }
}

function post(socketPath: string, path: string, text: string, signal: AbortSignal): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const options = { socketPath, path, method: 'POST', headers, agent: false, signal } as const;
    const req = request(options, (res) => {
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (part: string) => {
        body += part;
        if (body.length > BODY_LIMIT) req.destroy(new Error('the answer is too long'));
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
      res.on('error', reject);
    });
    req.on('error', reject).end(text);
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // fails the schema, which is where it counts
  }
}
