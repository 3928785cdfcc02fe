/** What a request to the broker asks for, by its target alone. A closed list: what is not named is refused. */

import { isThreadsContent, ONLY_THREADS_CONTENT } from './threads.ts';

export type Route =
  /** `target` = path and query below the upstream's base address. */
  { kind: 'model' | 'threads'; target: string } | { kind: 'refused'; reason: string };

const PREFIXES = { model: '/anthropic/', threads: '/threads/' } as const;

/**
 * What talking to a model takes. The same credential also opens batches, whose cost nobody here would see, files, sessions
 * elsewhere, and what the account's owner is called.
 */
const MODEL_PATH = /^\/v1\/(?:messages(?:\/count_tokens)?|models(?:\/[\w.-]+)?)$/;

export const ONLY_MODEL_API = 'Nothing is forwarded from here but messages to models, under /anthropic/v1/.';

/** `target` is the request line's target: a path, or a whole address when the client takes us for a proxy. */
export function routeOf(target: string): Route {
  const kind = target.startsWith(PREFIXES.threads) ? 'threads' : 'model';
  if (!target.startsWith(PREFIXES[kind])) return { kind: 'refused', reason: ONLY_MODEL_API };
  const below = target.slice(PREFIXES[kind].length - 1);
  if (climbs(below)) return { kind: 'refused', reason: 'The path must not hold ".." segments.' };
  if (kind === 'model' && !MODEL_PATH.test(below.split('?', 1)[0] ?? ''))
    return { kind: 'refused', reason: ONLY_MODEL_API };
  if (kind === 'threads' && !isThreadsContent(below))
    return { kind: 'refused', reason: ONLY_THREADS_CONTENT };
  return { kind, target: below };
}

/** Whether a path could leave the upstream's base address by `..`, also when written with escapes. */
function climbs(target: string): boolean {
  const path = target.split('?', 1)[0] ?? '';
  return path
    .replace(/%2e/gi, '.')
    .replace(/%2f|%5c|\\/gi, '/')
    .split('/')
    .includes('..');
}
