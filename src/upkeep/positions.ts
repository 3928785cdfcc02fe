/**
 * Makes a rebuilt database safe to go on from when rows are missing. Two things must never happen: a mention that was
 * answered is answered again, and a new message gets a place in the order that lies behind a cursor.
 */
import { QUIET_BEFORE } from '../store/journal.ts';
import type { Db } from '../store/open.ts';

export type Losses = {
  /** Rows of `messages` are missing: the platforms will be asked for them again. */
  messages: boolean;
  /** Cursors and turns are both incomplete: nobody knows any more what was answered. */
  answers: boolean;
  /** When the damaged file was last written, wall clock, milliseconds. */
  lastWrittenAt: number;
};

export function mendPositions(db: Db, losses: Losses): void {
  db.transaction(() => {
    // The cursor moves in the write that ends a turn: it is never behind an ended turn.
    raiseCursors(db, `SELECT chat_jid, max(upto_seq) FROM turns WHERE state <> 'running' GROUP BY chat_jid`);
    if (losses.answers) raiseCursors(db, 'SELECT chat_jid, max(seq) FROM messages GROUP BY chat_jid');
    if (losses.messages) quietenBefore(db, losses.lastWrittenAt);
    liftSequence(db);
  })();
}

/** Mentions from before a moment are stored as they are found again, but ask nothing. */
export function quietenBefore(db: Db, at: number): void {
  db.prepare('INSERT OR REPLACE INTO router_state (key, value) VALUES (?, ?)').run(QUIET_BEFORE, String(at));
}

/** @param rows query of address and row number */
function raiseCursors(db: Db, rows: string): void {
  const known = db.prepare(rows).raw().all() as [string, number][];
  const raise = db.prepare(
    `INSERT INTO router_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
     WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)`,
  );
  for (const [jid, seq] of known) raise.run(`cursor:${jid}`, String(seq));
}

function liftSequence(db: Db): void {
  const highest = db
    .prepare<[], number>(
      `SELECT max(coalesce((SELECT max(seq) FROM messages), 0), coalesce((SELECT max(upto_seq) FROM turns), 0),
         coalesce((SELECT max(CAST(value AS INTEGER)) FROM router_state WHERE key LIKE 'cursor:%'), 0))`,
    )
    .pluck()
    .get();
  const { changes } = db
    .prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'messages'")
    .run(highest ?? 0);
  if (changes === 0)
    db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('messages', ?)").run(highest ?? 0);
}
