/** What the sign-in's tests share: a credentials file of its own, a stand-in token endpoint, the parts between. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { type Oauth, type OauthOptions, startOauth } from '../../tests/world/sign-in/oauth.ts';
import type { IssuedLogin } from '../../tests/world/sign-in/oauth-store.ts';
import type { Clock } from '../clock.ts';
import { CredentialsFile } from './credentials-file.ts';
import { type Login, tokenOf } from './login.ts';
import { OauthApi } from './oauth-api.ts';
import { refreshLogin } from './refresh.ts';
import { SignIn } from './sign-in.ts';

export const KEY = 'sk-ant-api03-test';
export class Fixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'nanoclaw-auth-'));
  readonly path = join(this.folder, '.credentials.json');
  readonly statePath = join(this.folder, 'auth-state.json');
  readonly records: { result: string; reason?: string }[] = [];
  readonly lines: string[] = [];
  /** Of a request; a test that waits for its end sets a short one. */
  deadlineMs = 10_000;
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(
    readonly oauth: Oauth,
    readonly clock: Clock,
  ) {}

  /** @param clock of the server; of the machine too, unless that has one of its own */
  static async create(
    options: Omit<OauthOptions, 'clock'> = {},
    clock: Clock = new FakeClock(),
    ours: Clock = clock,
  ) {
    return new Fixture(await startOauth({ ...options, clock }), ours);
  }

  /** Writes a login as Claude Code does, with fields of its own. */
  signIn(more: Partial<Login> = {}): IssuedLogin {
    const login = { ...this.oauth.store.issue(), ...more };
    const claudeAiOauth = { ...login, scopes: ['user:inference'], rateLimitTier: 'theirs' };
    writeFileSync(this.path, JSON.stringify({ claudeAiOauth, organizationUuid: 'theirs' }), { mode: 0o644 });
    return login as IssuedLogin;
  }

  get file() {
    return JSON.parse(readFileSync(this.path, 'utf8'));
  }

  parts() {
    const { clock, deadlineMs } = this;
    const api = new OauthApi({ url: this.oauth.tokenUrl, now: () => clock.now(), deadlineMs });
    return { file: new CredentialsFile(this.path), api, clock };
  }

  /** One renewal by a process of its own. */
  refresh(login: Pick<IssuedLogin, 'accessToken' | 'refreshToken' | 'expiresAt'>) {
    const { id } = tokenOf({ subscriptionType: null, refreshEndsAt: null, ...login });
    return refreshLogin(this.parts(), id, new AbortController().signal);
  }

  /** As a process would build it; called again it is the next process. */
  start(fallbackKey?: string): SignIn {
    const log = pino({ base: null }, { write: (line: string) => void this.lines.push(line) });
    const signIn = new SignIn({
      ...this.parts(),
      ...{ statePath: this.statePath, fallbackKey, log },
      onRecord: ({ result, reason }) => this.records.push({ result, ...(reason ? { reason } : {}) }),
    });
    this.#stops.push(() => signIn.stop());
    return signIn;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) await stop();
    await this.oauth.stop();
    rmSync(this.folder, { recursive: true });
  }
}
