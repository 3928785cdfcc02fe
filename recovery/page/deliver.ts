/**
 * One round: a notice is offered to one route after the other until one takes it. Decides nothing about time but
 * whom not to ask yet.
 */
import type { PostResult } from './post.ts';
import type { Route, RouteName } from './routes.ts';

export type Round =
  | { kind: 'delivered'; route: RouteName; messageId: string | null }
  /** Every route said that no repetition will help. */
  | { kind: 'refused'; reason: string }
  /** `afterMs` null = no platform said how long. */
  | { kind: 'retry'; afterMs: number | null; reason: string };

export type RoundParts = {
  routes: readonly Route[];
  /** How long a route still asks to be left alone, milliseconds. */
  blockedMs: (route: RouteName) => number;
  block: (route: RouteName, ms: number) => void;
  /** Called before a request and, with what is known of it, afterwards. */
  onBegin: () => void;
  onUnclear: (unclear: boolean) => void;
  post: (route: Route) => Promise<PostResult>;
};

export async function runRound(parts: RoundParts): Promise<Round> {
  const reasons: string[] = [];
  const waits: number[] = [];
  let mayRetry = false;
  for (const route of parts.routes) {
    const blocked = parts.blockedMs(route.name);
    if (blocked > 0) {
      waits.push(blocked);
      mayRetry = true;
      continue;
    }
    parts.onBegin();
    const result = await parts.post(route);
    if (result.kind === 'delivered') return { ...result, route: route.name };
    reasons.push(`${route.name}: ${result.reason}`);
    parts.onUnclear(result.kind === 'retry' && result.unclear);
    if (result.kind === 'refused') continue;
    mayRetry = true;
    if (result.afterMs === null) continue;
    parts.block(route.name, result.afterMs);
    waits.push(result.afterMs);
  }
  const reason = reasons.join(', ') || 'every way asks to be left alone for a while';
  if (!mayRetry) return { kind: 'refused', reason };
  return { kind: 'retry', afterMs: waits.length > 0 ? Math.min(...waits) : null, reason };
}
