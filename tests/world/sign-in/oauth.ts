/**
 * A stand-in for Anthropic's OAuth token endpoint on loopback: rotates refresh tokens, checks what it is asked as
 * strictly as the real one (JSON only), and misbehaves on command.
 */
import { type Clock, systemClock } from '../../../src/clock.ts';
import { FaultLine, takeFaults } from '../fault-line.ts';
import { listenOnLoopback } from '../loopback.ts';
import { readFields } from '../shared/body.ts';
import type { StandIn } from '../stand-in.ts';
import { serveToken, TOKEN_FAULT_EXAMPLES, type TokenFault, tokenFaultSchema } from './fault.ts';
import { OauthStore } from './oauth-store.ts';

export type OauthOptions = {
  /** 0 or none: a free one. */
  port?: number;
  clock?: Pick<Clock, 'now' | 'after'>;
  lifetimeMs?: number;
  graceMs?: number;
};

export interface Oauth extends StandIn {
  /** Address of the token endpoint, ready for a setting. */
  readonly tokenUrl: string;
  readonly store: OauthStore;
  /** What was asked for, and the status it was answered with; 0 while none was. */
  readonly attempts: readonly { at: number; grantType: string; status: number }[];
}

const EIGHT_HOURS_MS = 8 * 60 * 60_000;

export async function startOauth(options: OauthOptions = {}): Promise<Oauth> {
  const { clock = systemClock, lifetimeMs = EIGHT_HOURS_MS, graceMs = 0 } = options;
  const store = new OauthStore({ now: () => clock.now(), lifetimeMs, graceMs });
  const faults = new FaultLine<TokenFault>();
  const attempts: { at: number; grantType: string; status: number }[] = [];
  const server = await listenOnLoopback(options.port ?? 0, async (req, res) => {
    const isJson = req.headers['content-type']?.startsWith('application/json') === true;
    if (req.method !== 'POST' || req.url !== '/v1/oauth/token' || !isJson) {
      return void res.writeHead(403, { 'content-type': 'text/html' }).end('<html>blocked</html>');
    }
    const { fields } = await readFields(req);
    const attempt = { at: clock.now(), grantType: String(fields.grant_type), status: 0 };
    attempts.push(attempt);
    res.once('finish', () => {
      attempt.status = res.statusCode;
    });
    await serveToken({
      ...{ req, res, clock, fault: faults.take() },
      carryOut: () => store.grant(fields),
      revoke: () => store.revoke(String(fields.refresh_token)),
    });
  });
  return {
    url: server.url,
    tokenUrl: `${server.url}/v1/oauth/token`,
    store,
    attempts,
    faults: TOKEN_FAULT_EXAMPLES,
    received: () => attempts,
    misbehave: takeFaults(tokenFaultSchema, faults, server),
    stop: () => server.refuse(),
  };
}
