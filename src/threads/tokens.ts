/**
 * The Threads token at work: which one is in use, its renewal in time, its place in the state file and in `.env`.
 * Invariants: the state file is written first and alone decides, so a crash between the two files loses nothing;
 * a token that a person puts into `.env`, or the sign-in script into both, is taken over without a restart.
 */
import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { RefreshJob } from '../auth/refresh-timer.ts';
import type { Clock } from '../clock.ts';
import { writeEnvValues } from './env-value.ts';
import type { ThreadsAnswer, ThreadsGraph } from './graph.ts';
import {
  type Attempts,
  asOfNow,
  attemptsAsOfNow,
  NO_ATTEMPTS,
  renewAt,
  type ThreadsToken,
  threadsHealth,
} from './schedule.ts';
import { fingerprint, loadThreads, saveThreads, type ThreadsState } from './state-file.ts';

export type ThreadsTokensOptions = {
  graph: Pick<ThreadsGraph, 'renew'>;
  statePath: string;
  envPath: string;
  /** `THREADS_ACCESS_TOKEN` as the process was started with it. */
  envToken: string | undefined;
  clock: Clock;
  log: Logger;
  onRecord(record: { result: ThreadsAnswer['kind']; seconds: number; reason?: string }): void;
};

type Known = { accessToken: string; expiresAt: number | null };

/** Three years of renewals. */
const REMEMBERED = 20;

export class ThreadsTokens implements RefreshJob {
  #state: ThreadsState | null = null;
  #stamp = '';
  #attempts: Attempts = NO_ATTEMPTS;
  #running: Promise<void> | null = null;

  constructor(readonly options: ThreadsTokensOptions) {
    this.#read();
    this.#compareWithEnv();
  }

  /** The token for requests; null when there is none or it is dead. */
  current(): string | null {
    this.#read();
    return this.health().state === 'failed' ? null : (this.#state?.accessToken ?? null);
  }

  health(): ComponentHealth {
    return threadsHealth(tokenOf(this.#state), this.#attempts, this.options.clock.now());
  }

  nextAt(): number | null {
    const token = tokenOf(this.#state);
    return token === null ? null : renewAt(token, this.#attempts);
  }

  refreshDue(now: number): Promise<void> {
    this.#read();
    this.#followClock(now);
    const at = this.nextAt();
    if (at === null || now < at || this.#state === null) return this.#running ?? Promise.resolve();
    this.#running ??= this.#renew(this.#state).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Somebody may have put the wall clock back since the times on record were written. */
  #followClock(now: number): void {
    this.#attempts = attemptsAsOfNow(this.#attempts, now);
    const [state, token] = [this.#state, tokenOf(this.#state)];
    if (state === null || token === null) return;
    const { expiresAt, since } = asOfNow(token, now);
    if (since === state.lastRefreshAt) return;
    this.#state = { ...state, expiresAt, lastRefreshAt: since };
    this.#save(this.#state);
  }

  async #renew(before: ThreadsState): Promise<void> {
    const { graph, clock, log, onRecord } = this.options;
    const started = clock.monotonic();
    const answer = await graph.renew(before.accessToken);
    const seconds = (clock.monotonic() - started) / 1000;
    onRecord({
      result: answer.kind,
      seconds,
      ...(answer.kind === 'failed' ? { reason: answer.reason } : {}),
    });
    this.#read();
    if (this.#state?.accessToken !== before.accessToken) return; // signed in anew meanwhile: that one is newer
    switch (answer.kind) {
      case 'granted':
        log.info('Threads: the token was renewed');
        return this.#keep(answer, [...before.replaced, fingerprint(before.accessToken)]);
      case 'refused':
        log.error('Threads: the token is dead; run: bash scripts/threads-oauth.sh');
        return this.#fail({ refused: true, reason: 'the token is not accepted' });
      case 'failed':
        log.warn({ reason: answer.reason }, 'Threads: the token could not be renewed; trying again');
        return this.#fail({ refused: false, reason: answer.reason });
    }
  }

  #fail(how: Pick<Attempts, 'refused' | 'reason'>): void {
    const lastAt = this.options.clock.now();
    this.#attempts = { ...how, failures: this.#attempts.failures + 1, lastAt };
  }

  #keep({ accessToken, expiresAt }: Known, replaced: readonly string[]): void {
    const { envPath, clock } = this.options;
    const state = {
      accessToken,
      expiresAt,
      lastRefreshAt: clock.now(),
      replaced: replaced.slice(-REMEMBERED),
    };
    this.#attempts = NO_ATTEMPTS;
    this.#state = state;
    this.#save(state);
    this.#write('.env', () => writeEnvValues(envPath, { THREADS_ACCESS_TOKEN: accessToken }));
  }

  #save(state: ThreadsState): void {
    const { statePath } = this.options;
    this.#write('data/threads-token-state.json', () => {
      saveThreads(statePath, state);
      this.#stamp = stampOf(statePath);
    });
  }

  /** At the start: `.env` holds our token, one that ours replaced, or a newer one that a person put there. */
  #compareWithEnv(): void {
    const { envToken, envPath } = this.options;
    const state = this.#state;
    if (envToken === undefined || envToken === state?.accessToken) return;
    if (state === null || !state.replaced.includes(fingerprint(envToken))) {
      return this.#keep({ accessToken: envToken, expiresAt: null }, []);
    }
    this.#write('.env', () => writeEnvValues(envPath, { THREADS_ACCESS_TOKEN: state.accessToken }));
  }

  /** Takes over what the sign-in script wrote; what can't be read changes nothing. */
  #read(): void {
    const stamp = stampOf(this.options.statePath);
    if (stamp === this.#stamp) return;
    const found = loadThreads(this.options.statePath);
    if (found === null) return;
    if (found.accessToken !== this.#state?.accessToken) this.#attempts = NO_ATTEMPTS;
    this.#state = found;
    this.#stamp = stamp;
  }

  #write(what: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      // In use all the same; the other of the two files, or the next renewal, keeps it.
      this.options.log.warn({ reason: (error as Error).message }, `Threads: ${what} could not be written`);
    }
  }
}

function tokenOf(state: ThreadsState | null): ThreadsToken | null {
  return state === null ? null : { expiresAt: state.expiresAt, since: state.lastRefreshAt };
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs}/${found.ino}/${found.size}` : '';
}
