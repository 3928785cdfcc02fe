/**
 * The pager's durable memory: notices that wait, and what was delivered. Pure transitions on a plain record; the
 * pager writes it to disk after each.
 *
 * Invariants: a notice (incident, kind, number) enters at most once; notices leave in the order they came; a
 * resolved notice goes out only after a page did.
 */
import type { PageNotice } from '../../contracts/action.ts';
import type { RouteName } from './routes.ts';

export type Waiting = {
  notice: PageNotice;
  /** Rounds over all routes that failed. */
  attempts: number;
  /** A delivery was begun and its end is not known. */
  unclear: boolean;
};

/** The message that stands first in the channel: edited as the incident goes on. */
export type FirstMessage = { route: RouteName; messageId: string; notice: PageNotice };

export type Delivered = {
  incident: string;
  keys: string[];
  /** Null while none was delivered by a platform that can edit. */
  first: FirstMessage | null;
  /** The way the latest message took. */
  last: RouteName;
};

export type Spool = {
  waiting: Waiting[];
  /** Newest incidents with what went out for them, so that nothing is sent twice. */
  delivered: Delivered[];
};

/** Incidents remembered; far more than can be open or just closed. */
const REMEMBERED = 20;

export function emptySpool(): Spool {
  return { waiting: [], delivered: [] };
}

function keyOf({ kind, number }: PageNotice): string {
  return `${kind}:${number}`;
}

export function deliveredOf({ delivered }: Spool, incident: string): Delivered | null {
  return delivered.find((one) => one.incident === incident) ?? null;
}

export type Accepted = { spool: Spool; dropped: PageNotice[] };

/** Takes a notice in; `dropped` are those that are no longer worth sending. */
export function accept(spool: Spool, notice: PageNotice): Accepted {
  if (isKnown(spool, notice)) return { spool, dropped: [] };
  const outdated = spool.waiting.filter((waiting) => outdates(notice, waiting));
  const left = spool.waiting.filter((waiting) => !outdated.includes(waiting));
  const dropped = outdated.map((waiting) => waiting.notice);
  if (notice.kind === 'resolved' && !mayHaveRung({ ...spool, waiting: left }, notice.incident)) {
    return { spool: { ...spool, waiting: left }, dropped: [...dropped, notice] };
  }
  const entry: Waiting = { notice, attempts: 0, unclear: false };
  return { spool: { ...spool, waiting: [...left, entry] }, dropped };
}

function isKnown(spool: Spool, notice: PageNotice): boolean {
  const same = (other: PageNotice) => other.incident === notice.incident && keyOf(other) === keyOf(notice);
  const keys = deliveredOf(spool, notice.incident)?.keys ?? [];
  return keys.includes(keyOf(notice)) || spool.waiting.some((waiting) => same(waiting.notice));
}

/** A later word on the same incident makes one that waits pointless, unless that one may have arrived. */
function outdates(notice: PageNotice, { notice: older, unclear }: Waiting): boolean {
  if (unclear || older.incident !== notice.incident) return false;
  return notice.kind === 'resolved' || (notice.kind === 'repage' && older.kind === 'repage');
}

/** Whether somebody may have been rung for this incident. */
function mayHaveRung(spool: Spool, incident: string): boolean {
  const keys = deliveredOf(spool, incident)?.keys ?? [];
  const waits = spool.waiting.some(({ notice }) => notice.incident === incident && notice.kind !== 'notice');
  return waits || keys.some((key) => /^(page|repage):/.test(key));
}

/** Marked before a request goes out: after a crash it is known that it may have arrived. */
export function begin(spool: Spool): Spool {
  return changeFirst(spool, (waiting) => ({ ...waiting, unclear: true }));
}

/** What is known once an answer came, or none did. */
export function setUnclear(spool: Spool, unclear: boolean): Spool {
  return changeFirst(spool, (waiting) => ({ ...waiting, unclear }));
}

export function countRound(spool: Spool): Spool {
  return changeFirst(spool, (waiting) => ({ ...waiting, attempts: waiting.attempts + 1 }));
}

function changeFirst(spool: Spool, change: (first: Waiting) => Waiting): Spool {
  return { ...spool, waiting: spool.waiting.map((one, index) => (index === 0 ? change(one) : one)) };
}

/** Removes the first one, which will not be delivered. */
export function giveUp(spool: Spool): Spool {
  return { ...spool, waiting: spool.waiting.slice(1) };
}

/** @param messageId null where the platform gives none */
export function finish(spool: Spool, route: RouteName, messageId: string | null): Spool {
  const [waiting, ...others] = spool.waiting;
  if (waiting === undefined) return spool;
  const { notice } = waiting;
  const old = deliveredOf(spool, notice.incident);
  const entry: Delivered = {
    incident: notice.incident,
    keys: [...(old?.keys ?? []), keyOf(notice)],
    first: old?.first ?? (messageId === null ? null : { route, messageId, notice }),
    last: route,
  };
  const rest = spool.delivered.filter((one) => one !== old);
  return { waiting: others, delivered: [...rest, entry].slice(-REMEMBERED) };
}
