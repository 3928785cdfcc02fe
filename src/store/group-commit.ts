/**
 * Group commit: all writes asked for in one turn of the event loop share one transaction and so one fsync.
 *
 * Invariants: a write's promise resolves only after its transaction is durable; writes apply in the order they
 * were asked for; one that throws is undone alone (savepoint) and fails alone; another program's lock holds up
 * writes, never the event loop.
 */
import type { Clock } from '../clock.ts';
import type { Db } from './open.ts';

/** The transaction as a whole could not be committed (disk full, I/O error, locked): nothing of it is stored. */
export class CommitError extends Error {
  readonly code = 'STORE_COMMIT';
}

type Pending = { askedAt: number; apply(db: Db): () => void; reject(error: Error): void };

/** How long a write waits for another program's lock (a person's `sqlite3`), and how often it asks, milliseconds. */
const LOCK_LIMIT_MS = 5000;
const LOCK_RETRY_MS = 50;
/** A lock that is held for longer is no passing one any more, milliseconds. */
const LOCKED_OUT_MS = 10_000;

const LOCKED_OUT =
  'another program holds store/messages.db locked: end it (fuser store/messages.db names it)';

export class GroupCommit {
  #pending: Pending[] = [];
  #scheduled = false;
  #failure: CommitError | null = null;
  /** When a write could last be begun, monotonic milliseconds. */
  #freeAt = Number.NEGATIVE_INFINITY;
  readonly #begin;
  readonly #commit;
  readonly #rollback;

  constructor(
    readonly db: Db,
    readonly clock: Pick<Clock, 'monotonic' | 'after'>,
  ) {
    // SQLite would wait inside the call, and everything with it.
    db.pragma('busy_timeout = 0');
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /** Runs `work` inside the next group's transaction. Resolves with its result once that is durable. */
  write<T>(work: (db: Db) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({
        askedAt: this.clock.monotonic(),
        apply: (db) => {
          const result = db.transaction(work)(db);
          return () => resolve(result);
        },
        reject,
      });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  /**
   * Why nothing can be stored, in one line; null when writes go through. Takes and gives back the write lock, which
   * touches no disk: so it is known before the next message comes.
   */
  trouble(): string | null {
    if (this.#failure) return this.#failure.message;
    if (this.db.inTransaction) return null; // a write that is being done asks, for its answer: it could begin
    try {
      if (this.#isLocked()) return this.clock.monotonic() - this.#freeAt < LOCKED_OUT_MS ? null : LOCKED_OUT;
      this.#rollback.run();
      return null;
    } catch (error) {
      return `store/messages.db can't be written to: ${(error as Error).message}`;
    }
  }

  /** Begins a transaction unless another program holds the lock. */
  #isLocked(): boolean {
    try {
      this.#begin.run();
      this.#freeAt = this.clock.monotonic();
      return false;
    } catch (error) {
      if (!isBusy(error)) throw error;
      return true;
    }
  }

  #flush(): void {
    const group = this.#pending;
    this.#pending = [];
    this.#scheduled = false;
    try {
      if (this.#isLocked()) return this.#waitForLock(group);
      const done = group.flatMap((pending) => this.#applyOne(pending));
      this.#commit.run();
      this.#failure = null;
      for (const resolve of done) resolve();
    } catch (cause) {
      if (this.db.inTransaction) this.#rollback.run();
      const { message } = cause as Error;
      this.#failure = new CommitError(`a write to store/messages.db failed: ${message}`, { cause });
      for (const pending of group) pending.reject(this.#failure);
    }
  }

  #waitForLock(group: Pending[]): void {
    const limit = this.clock.monotonic() - LOCK_LIMIT_MS;
    for (const { askedAt, reject } of group) {
      if (askedAt <= limit) reject(new CommitError('a write failed: store/messages.db is locked'));
    }
    this.#pending = group.filter(({ askedAt }) => askedAt > limit);
    if (this.#pending.length === 0) return;
    this.#scheduled = true;
    this.clock.after(LOCK_RETRY_MS, () => this.#flush());
  }

  #applyOne(pending: Pending): Array<() => void> {
    try {
      return [pending.apply(this.db)];
    } catch (error) {
      if (!this.db.inTransaction) throw error; // the engine gave up the whole transaction, for example on a full disk
      pending.reject(error as Error);
      return [];
    }
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith('SQLITE_BUSY');
}
