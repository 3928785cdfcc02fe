/** The functional health check: `GET /readyz` on loopback, judged against the process we expect. */
import { Agent, request } from 'node:http';
import { type Readiness, readinessSchema } from '../../contracts/health.ts';
import type { HealthOutcome } from '../decide/event.ts';
import type { HealthAnswer, HealthProbe } from '../ports/health-probe.ts';
import { within } from './within.ts';

/** An honest answer is a few kilobytes. */
const BODY_LIMIT = 256 * 1024;

export type Expected = { pid: number; startId: string | null };
export type Answer = { status: number; body: string };

/** What an answer says of the process we expect. */
export function judgeAnswer(answer: Answer, expected: Expected): Omit<HealthAnswer, 'durationMs'> {
  const readiness = parseReadiness(answer.body);
  if (readiness === null && answer.status >= 500) {
    const reason = `HTTP ${answer.status}, and no word on why`;
    return { readiness, outcome: { kind: 'not_ready', reason } };
  }
  if (readiness === null) {
    const reason = `the port answers HTTP ${answer.status} with something that is not ours`;
    return { readiness, outcome: { kind: 'stranger', reason } };
  }
  const foreign = readiness.pid !== expected.pid || differs(readiness.startId, expected.startId);
  if (foreign) {
    const reason = `pid ${readiness.pid} answers on the port, expected was pid ${expected.pid}`;
    return { readiness: null, outcome: { kind: 'stranger', reason } };
  }
  const ok = answer.status === 200 && readiness.status === 'ok';
  return { readiness, outcome: ok ? { kind: 'ok' } : { kind: 'not_ready', reason: reasonsOf(readiness) } };
}

function differs(actual: string, expected: string | null): boolean {
  return expected !== null && actual !== expected;
}

function reasonsOf(readiness: Readiness): string {
  const bad = readiness.components.filter(
    (c) => c.required && (c.state === 'failed' || c.state === 'starting'),
  );
  if (bad.length === 0) return `not ready, phase ${readiness.phase}`;
  return bad.map((c) => `${c.name}: ${c.reason}`).join('; ');
}

function parseReadiness(body: string): Readiness | null {
  try {
    const parsed = readinessSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON, so not ours
  }
}

export class ReadyzProbe implements HealthProbe {
  /** Keeps no connection: each look knocks as a stranger would. */
  readonly #agent = new Agent();

  /** @param timeoutMs for the whole exchange */
  constructor(
    /** Asked each time: `.env` may move the port while we run. */
    readonly port: () => number,
    readonly timeoutMs: number,
  ) {}

  async check(expected: Expected): Promise<HealthAnswer> {
    const start = performance.now();
    const result = await within(this.timeoutMs, (signal) => this.#ask(signal))
      .then((answer) => judgeAnswer(answer, expected))
      .catch((error: unknown) => ({ readiness: null, outcome: unreachable(error, this.timeoutMs) }));
    return { ...result, durationMs: performance.now() - start };
  }

  #ask(signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port(), path: '/readyz', agent: this.#agent, signal };
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
      req.on('error', reject);
      req.end();
    });
  }
}

function unreachable(error: unknown, timeoutMs: number): HealthOutcome {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') {
    return { kind: 'unreachable', reason: `no answer on /readyz within ${timeoutMs} ms` };
  }
  return { kind: 'unreachable', reason: `/readyz: ${code ?? message}` };
}

/** The answer in one line for a person. */
export function describeHealth({ outcome, durationMs }: HealthAnswer): string {
  switch (outcome.kind) {
    case 'ok':
      return `HTTP 200 · ready (${Math.round(durationMs)} ms)`;
    case 'not_ready':
      return `HTTP 503 · ${outcome.reason}`;
    case 'unreachable':
    case 'stranger':
      return outcome.reason;
  }
}
