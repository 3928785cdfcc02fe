/** The orchestrator's control socket as the commands use it. */
import type * as z from 'zod';
import { EXIT } from '../../contracts/exit-codes.ts';
import type { Context } from './context.ts';
import { CliError, UnreachableError } from './errors.ts';
import { type Ask, request } from './http.ts';

/** Longest wait for an answer, milliseconds: a platform may be asked on the way. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * @throws CliError with the orchestrator's own reason, or when it does not run or is of another version
 */
export async function askOrchestrator<T>(
  { paths, texts }: Context,
  ask: Pick<Ask, 'method' | 'path' | 'body'>,
  schema: z.ZodType<T>,
): Promise<T> {
  const target = { socketPath: paths.controlSocket };
  const answer = await request({ ...ask, target, timeoutMs: ANSWER_TIMEOUT_MS }).catch((cause: unknown) => {
    if (!(cause instanceof UnreachableError)) throw cause;
    throw new CliError(texts.errors.noOrchestrator(cause.message), EXIT.unavailable, { cause });
  });
  const value = parseJson(answer.text);
  if (answer.status >= 300) throw new CliError(errorOf(value) ?? answer.text, EXIT.failure);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CliError(texts.errors.badAnswer('run/control.sock'), EXIT.failure);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // fails the schema, which is where it is reported
  }
}

function errorOf(value: unknown): string | null {
  const error = typeof value === 'object' && value !== null ? Reflect.get(value, 'error') : null;
  return typeof error === 'string' ? error : null;
}
