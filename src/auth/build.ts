/** Puts the sign-in together: the user's own credentials file, the token endpoint, the records. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import { CredentialsFile } from './credentials-file.ts';
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
