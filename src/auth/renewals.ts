/** Runs renewals, one after the other, and tells of each: in the log, in the metrics, to whoever asked. */
import type { Logger } from 'pino';
import { type RefreshEnd, type RefreshParts, refreshLogin } from './refresh.ts';

export type RenewalsOptions = RefreshParts & {
  log: Logger;
  /** One finished renewal. */
  onRecord(record: { result: RefreshEnd['kind']; seconds: number; reason?: string }): void;
};

export class Renewals {
  #running: Promise<void> | null = null;
  #stopping = new AbortController();

  constructor(readonly options: RenewalsOptions) {}

  /** Resolves when all that was begun is done; null when nothing is. */
  get running(): Promise<void> | null {
    return this.#running;
  }

  /** Resolves when all that was begun is done, at the latest after `ms`. */
  async settled(ms: number): Promise<void> {
    const patience = new AbortController();
    const patient = new Promise<void>((done) => {
      const cancel = this.options.clock.after(ms, done);
      patience.signal.addEventListener('abort', cancel);
    });
    await Promise.race([this.#running, patient]);
    patience.abort();
  }

  /** @param stale id of the login to renew */
  begin(stale: string, onEnd: (end: RefreshEnd) => void): void {
    const former = this.#running ?? Promise.resolve();
    const run = former.then(async () => onEnd(await this.#renew(stale)));
    this.#running = run;
    void run.then(() => {
      if (this.#running === run) this.#running = null;
    });
  }

  /** A request that was sent is waited for: its answer may be the only copy of the login. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    await this.#running;
  }

  async #renew(stale: string): Promise<RefreshEnd> {
    const { clock, onRecord } = this.options;
    const started = clock.monotonic();
    const end = await refreshLogin(this.options, stale, this.#stopping.signal);
    const seconds = (clock.monotonic() - started) / 1000;
    onRecord({ result: end.kind, seconds, ...(end.kind === 'failed' ? { reason: end.reason } : {}) });
    this.#tell(end);
    return end;
  }

  #tell(end: RefreshEnd): void {
    const { log } = this.options;
    switch (end.kind) {
      case 'granted':
      case 'adopted':
        log.info(
          { result: end.kind, expiresAt: new Date(end.token.expiresAt) },
          'Auth: the sign-in was renewed',
        );
        return;
      case 'refused':
        log.error('Auth: the subscription is signed out; sign in with `nanoclaw auth login`');
        return;
      case 'failed':
        log.warn({ reason: end.reason }, 'Auth: the sign-in could not be renewed; trying again');
        return;
      case 'gone':
        return; // what is in use is told anyway
    }
  }
}
