/**
 * Group commit: all writes asked for in one turn of the event loop share one transaction and so one fsync.
 *
 * Invariants: a write's promise resolves only after its transaction is durable; writes apply in the order they
 * were asked for; one that throws is undone alone (savepoint) and fails alone.
 */
import type { Db } from './open.ts';

/** The transaction as a whole could not be committed (disk full, I/O error): nothing of it is stored. */
export class CommitError extends Error {
  readonly code = 'STORE_COMMIT';
}

type Pending = { apply(db: Db): () => void; reject(error: Error): void };

export class GroupCommit {
  #pending: Pending[] = [];
  #scheduled = false;
  #lastError: Error | null = null;
  readonly #begin;
  readonly #commit;
  readonly #rollback;

  constructor(readonly db: Db) {
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /** Runs `work` inside the next group's transaction. Resolves with its result once that is durable. */
  write<T>(work: (db: Db) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({
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

  /** Why the last commit failed; null when it went through. */
  get lastError(): Error | null {
    return this.#lastError;
  }

  #flush(): void {
    const group = this.#pending;
    this.#pending = [];
    this.#scheduled = false;
    try {
      this.#begin.run();
      const done = group.flatMap((pending) => this.#applyOne(pending));
      this.#commit.run();
      this.#lastError = null;
      for (const resolve of done) resolve();
    } catch (cause) {
      if (this.db.inTransaction) this.#rollback.run();
      this.#lastError = new CommitError(`a write to store/messages.db failed: ${(cause as Error).message}`, {
        cause,
      });
      for (const pending of group) pending.reject(this.#lastError);
    }
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
