/**
 * The pager's durable memory: notices that wait, and what was delivered. Pure transitions on a plain record; the
 * pager writes it to disk after each.
 *
 * Invariant: a notice (incident, kind, number) enters at most once, and a resolved notice goes out only after a
 * page did.
 */
import type { PageNotice } from '../../contracts/action.ts';

export type Waiting = {
  notice: PageNotice;
  /** Failed deliveries so far. */
  attempts: number;
  /** A delivery was begun and its end is not known. */
  unclear: boolean;
};

export type Spool = {
  waiting: Waiting[];
  /** Newest incidents with what went out for them, so that nothing is sent twice. */
  delivered: { incident: string; keys: string[]; messageIds: string[] }[];
};

/** Incidents remembered; far more than can be open or just closed. */
const REMEMBERED = 20;

export function emptySpool(): Spool {
  return { waiting: [], delivered: [] };
}

export function keyOf({ kind, number }: PageNotice): string {
  return `${kind}:${number}`;
}

export type Accepted = { spool: Spool; dropped: PageNotice[] };

/** Takes a notice in. A resolved one drops pages that never went out, and itself when none did. */
export function accept(spool: Spool, notice: PageNotice): Accepted {
  const same = (other: PageNotice) => other.incident === notice.incident && keyOf(other) === keyOf(notice);
  const delivered = spool.delivered.find(({ incident }) => incident === notice.incident);
  const known = delivered?.keys.includes(keyOf(notice)) || spool.waiting.some((w) => same(w.notice));
  if (known) return { spool, dropped: [] };
  const entry: Waiting = { notice, attempts: 0, unclear: false };
  if (notice.kind !== 'resolved')
    return { spool: { ...spool, waiting: [...spool.waiting, entry] }, dropped: [] };
  const idle = (w: Waiting) => w.notice.incident === notice.incident && !w.unclear;
  const dropped = spool.waiting.filter(idle).map((w) => w.notice);
  const waiting = spool.waiting.filter((w) => !idle(w));
  const somethingWent = delivered !== undefined || waiting.some((w) => w.notice.incident === notice.incident);
  if (!somethingWent) return { spool: { ...spool, waiting }, dropped: [...dropped, notice] };
  return { spool: { ...spool, waiting: [...waiting, entry] }, dropped };
}

/** Marked before the request goes out: after a crash it is known that it may have arrived. */
export function begin(spool: Spool): Spool {
  return changeFirst(spool, (w) => ({ ...w, unclear: true }));
}

export function retryLater(spool: Spool, unclear: boolean): Spool {
  return changeFirst(spool, (w) => ({ ...w, attempts: w.attempts + 1, unclear }));
}

function changeFirst(spool: Spool, change: (first: Waiting) => Waiting): Spool {
  return { ...spool, waiting: spool.waiting.map((w, index) => (index === 0 ? change(w) : w)) };
}

/** Removes the first one; `messageId` undefined = it was given up. */
export function finish(spool: Spool, messageId: string | null | undefined): Spool {
  const [first, ...waiting] = spool.waiting;
  if (first === undefined || messageId === undefined) return { ...spool, waiting };
  const { incident } = first.notice;
  const old = spool.delivered.find((d) => d.incident === incident);
  const entry = {
    incident,
    keys: [...(old?.keys ?? []), keyOf(first.notice)],
    messageIds: [...(old?.messageIds ?? []), ...(messageId === null ? [] : [messageId])],
  };
  const others = spool.delivered.filter((d) => d !== old);
  return { waiting, delivered: [...others, entry].slice(-REMEMBERED) };
}
