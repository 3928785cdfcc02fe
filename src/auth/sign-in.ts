/**
 * The sign-in at work: reads the login, lets time pass, runs renewals, hears what the API says, and answers which
 * credential is in use. What to do is decided in state.ts; here it is done. Nothing secret leaves but `current()`.
 */
import type { ComponentHealth } from '../../contracts/health.ts';
import { type Choice, type Credential, choose } from './choose.ts';
import { type KeyState, keyAfter, signInHealth } from './health.ts';
import { tokenOf } from './login.ts';
import { LoginClock } from './login-clock.ts';
import type { RefreshEnd } from './refresh.ts';
import { Renewals, type RenewalsOptions } from './renewals.ts';
import { type AuthEvent, type AuthState, nextAt, step } from './state.ts';
import { loadAuth, resume, saveAuth } from './state-file.ts';

export type SignInOptions = RenewalsOptions & {
  /** `data/auth-state.json` */
  statePath: string;
  fallbackKey: string | undefined;
};

/** These phrases are part of the operator's contract: documented `grep`s look for them. */
const LOG_LINES: Record<Choice, string> = {
  oauth: 'Auth: using Pro subscription OAuth token',
  api_key: 'Auth: using fallback prepaid API key',
  expired: 'Auth: the subscription sign-in has expired and there is no fallback key',
  none: 'Auth: no model sign-in, the scripted offline model answers',
};

/** A request waits this long for a renewal when there is nothing else to send it with. */
const PATIENCE_MS = 20_000;

export class SignIn {
  #state: AuthState;
  #key: KeyState = 'fine';
  #lastRefreshAt: number | null;
  #said: Choice | null = null;
  #renewals: Renewals;
  #time: LoginClock;

  constructor(readonly options: SignInOptions) {
    this.#renewals = new Renewals(options);
    this.#time = new LoginClock(options.clock);
    const saved = loadAuth(options.statePath);
    this.#state = resume(saved);
    this.#lastRefreshAt = saved?.lastRefreshAt ?? null;
  }

  /** When time will ask for something next, milliseconds since the epoch; null: not before something happens. */
  nextAt(): number | null {
    const at = nextAt(this.#state);
    // Said in the wall clock's time, which may be behind that of the login.
    return at === null ? null : at - (this.#time.at() - this.options.clock.now());
  }

  /** Does what is due and resolves when it is done. Safe to call at any time and as often as one likes. */
  async refreshDue(now = this.options.clock.now()): Promise<void> {
    this.#look(now);
    await this.#renewals.running;
  }

  /** The credential for the next request; waits for a renewal only when nothing else could serve it. */
  async ready(): Promise<Credential> {
    const credential = this.current();
    if (credential.kind === 'oauth' || this.#state.kind !== 'refreshing') return credential;
    if (credential.kind === 'api_key' && this.#state.failures > 0) return credential;
    await this.#renewals.settled(PATIENCE_MS);
    return this.current();
  }

  current(): Credential {
    this.#look(this.options.clock.now());
    const choice = this.#choice();
    const login = this.options.file.read();
    switch (choice) {
      case 'oauth':
        return login === null
          ? { kind: 'expired' } // removed between the two looks
          : { kind: 'oauth', value: login.accessToken, id: tokenOf(login).id };
      case 'api_key':
        return { kind: 'api_key', value: this.options.fallbackKey ?? '' };
      case 'expired':
      case 'none':
        return { kind: choice };
    }
  }

  /** The model API began to answer a request that was sent with this credential. */
  answered(used: Credential, status: number, retryAfterMs: number | null): void {
    switch (used.kind) {
      case 'oauth':
        this.#take({ type: 'answered', tokenId: used.id, status, retryAfterMs, hasKey: this.#hasKey });
        return;
      case 'api_key':
        this.#key = keyAfter(this.#key, status);
        return;
      case 'expired':
      case 'none':
        return; // nobody outside was asked
    }
  }

  health(): ComponentHealth {
    this.#look(this.options.clock.now());
    const { clock } = this.options;
    return signInHealth({ state: this.#state, choice: this.#choice(), key: this.#key, now: clock.now() });
  }

  stop(): Promise<void> {
    return this.#renewals.stop();
  }

  get #hasKey(): boolean {
    return this.options.fallbackKey !== undefined;
  }

  #choice(): Choice {
    return choose(this.#state, this.#hasKey, this.#time.at());
  }

  #look(now: number): void {
    const login = this.options.file.read();
    this.#take({ type: 'login_read', token: login === null ? null : tokenOf(login) }, now);
    this.#time.follow(this.#state.kind === 'no_login' ? '' : this.#state.token.id);
    this.#take({ type: 'time_passed' }, now);
    const choice = this.#choice();
    if (choice !== this.#said) this.options.log.info(LOG_LINES[choice]);
    this.#said = choice;
  }

  #take(event: AuthEvent, now = this.options.clock.now()): void {
    const before = this.#state;
    const next = step(before, event, this.#time.at(now));
    if (next === before) return;
    this.#state = next;
    this.#time.follow(next.kind === 'no_login' ? '' : next.token.id);
    this.#write();
    if (next.kind !== 'refreshing') return;
    if (before.kind === 'refreshing' && before.token.id === next.token.id) return; // under way already
    this.#renewals.begin(next.token.id, (end) => this.#conclude(end));
  }

  #conclude(end: RefreshEnd): void {
    switch (end.kind) {
      case 'granted':
      case 'adopted':
        this.#lastRefreshAt = this.options.clock.now();
        this.#time.follow(end.token.id);
        return this.#take({ type: 'refresh_granted', token: end.token });
      case 'gone':
        return this.#take({ type: 'login_read', token: null });
      case 'refused':
        return this.#take({ type: 'refresh_refused' });
      case 'failed':
        return this.#take({ type: 'refresh_failed', reason: end.reason, retryAfterMs: end.retryAfterMs });
    }
  }

  #write(): void {
    const { statePath, clock, log } = this.options;
    const [inUse, updatedAt] = [this.#choice(), clock.now()];
    try {
      saveAuth(statePath, { state: this.#state, inUse, lastRefreshAt: this.#lastRefreshAt, updatedAt });
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'data/auth-state.json could not be written');
    }
  }
}
