/** One order to the living orchestrator over its control socket (contracts/control.ts). */
import { request } from 'node:http';
import { type RemedyOutcome, remedyOutcomeSchema } from '../../contracts/remedy.ts';
import { failed } from './outcome.ts';

const BODY_LIMIT = 64 * 1024;

type Answer = { status: number; value: unknown };

/** Never rejects: an orchestrator that does not answer is a failed order. */
export async function order(
  socketPath: string,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<RemedyOutcome> {
  try {
    const answer = await callControl(socketPath, { method: 'POST', path, body }, signal);
    const outcome = remedyOutcomeSchema.safeParse(answer.value);
    if (outcome.success) return outcome.data;
    return failed(`the orchestrator refused the order with HTTP ${answer.status}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return failed(`the orchestrator takes no orders (${code ?? message})`);
  }
}

/** One call of the control socket; a body that is no JSON is null. @throws when nobody answers there */
export function callControl(
  socketPath: string,
  { method, path, body }: { method: string; path: string; body?: object },
  signal: AbortSignal,
): Promise<Answer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const options = { socketPath, path, method, headers, agent: false, signal } as const;
    const req = request(options, (res) => {
      let told = '';
      res.setEncoding('utf8');
      res.on('data', (part: string) => {
        told += part;
        if (told.length > BODY_LIMIT) req.destroy(new Error('the answer is too long'));
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, value: parseJson(told) }));
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
