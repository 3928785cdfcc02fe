/**
 * The logins behind the OAuth stand-in. Each renewal makes the refresh token that was used worthless, as the strictest
 * server would; with `graceMs` the same one is answered with the same login again for that long.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { TokenAnswer } from './fault.ts';

export const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';
const REFRESH_SCOPE = 'user:inference user:mcp_servers user:profile user:sessions:claude_code';
export const REDIRECT_URI = 'https://platform.claude.com/oauth/code/callback';

const THIRTY_DAYS_S = 30 * 24 * 60 * 60;

export type OauthStoreOptions = {
  /** Milliseconds since the epoch, as the server sees them. */
  now(): number;
  /** Of an access token. The real one's: eight hours. */
  lifetimeMs: number;
  graceMs: number;
};

export type IssuedLogin = { accessToken: string; refreshToken: string; expiresAt: number };

export class OauthStore {
  /** Access tokens ever granted, newest last: what an API would accept, expiry aside. */
  readonly accessTokens: string[] = [];
  /** Successful renewals. */
  granted = 0;
  #live = new Set<string>();
  #spent = new Map<string, { at: number; login: IssuedLogin }>();
  #codes = new Map<string, { challenge: string; state: string }>();

  constructor(readonly options: OauthStoreOptions) {}

  issue(): IssuedLogin {
    const login = {
      accessToken: `sk-ant-oat01-${randomUUID()}`,
      refreshToken: `sk-ant-ort01-${randomUUID()}`,
      expiresAt: this.options.now() + this.options.lifetimeMs,
    };
    this.accessTokens.push(login.accessToken);
    this.#live.add(login.refreshToken);
    return login;
  }

  /** What a person's browser does at the address of a sign-in: gives consent and gets a code. */
  consent(address: string): string {
    const query = new URL(address).searchParams;
    const code = randomUUID();
    const state = query.get('state') ?? '';
    this.#codes.set(code, { challenge: query.get('code_challenge') ?? '', state });
    return `${code}#${state}`;
  }

  revoke(refreshToken: string): void {
    this.#live.delete(refreshToken);
    this.#spent.delete(refreshToken);
  }

  /** Whether a login could be renewed with it. */
  isLive(refreshToken: string): boolean {
    return this.#live.has(refreshToken);
  }

  grant(body: Record<string, unknown>): TokenAnswer {
    if (body.client_id !== CLIENT_ID) return refuse('invalid_client');
    switch (body.grant_type) {
      case 'refresh_token':
        return body.scope === REFRESH_SCOPE
          ? this.#renew(String(body.refresh_token))
          : refuse('invalid_scope');
      case 'authorization_code':
        return this.#exchange(body);
      default:
        return refuse('unsupported_grant_type');
    }
  }

  #renew(refreshToken: string): TokenAnswer {
    const { now, graceMs } = this.options;
    const spent = this.#spent.get(refreshToken);
    if (spent !== undefined && now() - spent.at < graceMs) return this.#tell(spent.login);
    if (!this.#live.delete(refreshToken)) return refuse('invalid_grant');
    const login = this.issue();
    this.granted += 1;
    this.#spent.set(refreshToken, { at: now(), login });
    return this.#tell(login);
  }

  #exchange(body: Record<string, unknown>): TokenAnswer {
    const asked = this.#codes.get(String(body.code));
    this.#codes.delete(String(body.code));
    const challenge = createHash('sha256').update(String(body.code_verifier)).digest('base64url');
    const fits = asked?.challenge === challenge && asked.state === body.state;
    return fits && body.redirect_uri === REDIRECT_URI ? this.#tell(this.issue()) : refuse('invalid_grant');
  }

  #tell(login: IssuedLogin): TokenAnswer {
    const expires_in = Math.round((login.expiresAt - this.options.now()) / 1000);
    const { accessToken: access_token, refreshToken: refresh_token } = login;
    const chain = { refresh_token, refresh_token_expires_in: THIRTY_DAYS_S };
    const body = { token_type: 'Bearer', access_token, ...chain, expires_in, scope: REFRESH_SCOPE };
    return { status: 200, body };
  }
}

function refuse(error: string): TokenAnswer {
  return { status: 400, body: { error, error_description: 'The test world was asked for something else.' } };
}
