/** What a request to the broker asks for, by its target alone. A closed list: what is not named is refused. */

import { isThreadsContent, ONLY_THREADS_CONTENT } from './threads.ts';

export type Route =
  /** `target` = path and query below the upstream's base address. */
  { kind: 'model' | 'threads'; target: string } | { kind: 'refused'; reason: string };

const PREFIXES = { model: '/anthropic/', threads: '/threads/' } as const;

export const ONLY_MODEL_API = 'Nothing is forwarded from here but the model API, under /anthropic/.';

/** `target` is the request line's target: a path, or a whole address when the client takes us for a proxy. */
export function routeOf(target: string): Route {
  const kind = target.startsWith(PREFIXES.threads) ? 'threads' : 'model';
  if (!target.startsWith(PREFIXES[kind])) return { kind: 'refused', reason: ONLY_MODEL_API };
  const below = target.slice(PREFIXES[kind].length - 1);
  if (climbs(below)) return { kind: 'refused', reason: 'The path must not hold ".." segments.' };
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
