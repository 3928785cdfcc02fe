/** Puts the sign-in together: the user's own credentials file, the token endpoint, the records. */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import { createOfflineModel } from '../offline-model/handler.ts';
import type { Settings } from '../settings/settings.ts';
import { CredentialsFile } from './credentials-file.ts';
import { Model } from './model.ts';
import { OauthApi } from './oauth-api.ts';
import { SignIn } from './sign-in.ts';

export type BuildSignInDeps = {
  settings: Pick<Settings, 'ANTHROPIC_API_KEY_FALLBACK' | 'CLAUDE_OAUTH_TOKEN_URL'>;
  paths: Pick<HomePaths, 'authState'>;
  metrics: Pick<MetricsWriter, 'record'>;
  clock: Clock;
  log: Logger;
};

/** Where Claude Code keeps the login of the user we run as. */
export function credentialsPath(): string {
  return join(homedir(), '.claude', '.credentials.json');
}

export function buildSignIn({ settings, paths, metrics, clock, log }: BuildSignInDeps): SignIn {
  return new SignIn({
    file: new CredentialsFile(credentialsPath()),
    api: new OauthApi({ url: settings.CLAUDE_OAUTH_TOKEN_URL, now: clock.now }),
    statePath: paths.authState,
    fallbackKey: settings.ANTHROPIC_API_KEY_FALLBACK,
    clock,
    log,
    onRecord: ({ seconds, ...labels }) =>
      metrics.record({ metric: 'auth_refresh', duration: seconds, provider: 'claude', ...labels }),
  });
}

/** @param signIn what pays; without one the scripted offline model answers */
export function buildModel(
  { settings, clock }: { settings: Pick<Settings, 'ANTHROPIC_BASE_URL'>; clock: Clock },
  signIn: SignIn,
): Model {
  const { handle } = createOfflineModel({ clock, newId: randomUUID });
  const offline = { kind: 'handler' as const, label: 'offline model', handle };
  return new Model({ signIn, baseUrl: settings.ANTHROPIC_BASE_URL, offline, clock });
}
