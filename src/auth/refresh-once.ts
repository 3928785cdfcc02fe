/** A renewal asked for from outside the service: by a person, or by the supervisor's bounded child. */
import type { Clock } from '../clock.ts';
import { CredentialsFile } from './credentials-file.ts';
import { tokenOf } from './login.ts';
import { OauthApi } from './oauth-api.ts';
import { type RefreshEnd, refreshLogin } from './refresh.ts';
import { REFRESH_AHEAD_MS } from './state.ts';
import { loadAuth } from './state-file.ts';

export type RefreshOnceParts = {
  credentialsPath: string;
  statePath: string;
  /** Address of the token endpoint. */
  url: string;
  clock: Clock;
};

/**
 * Renews the login when it is due, or at once when forced. Ends within a minute: the wait for another process and
 * two answers of the token endpoint.
 * @returns `fresh` when nothing had to be done; a login known to be dead is not asked for again unless forced
 */
export async function refreshOnce(
  { credentialsPath, statePath, url, clock }: RefreshOnceParts,
  force: boolean,
): Promise<RefreshEnd | { kind: 'fresh'; expiresAt: number }> {
  const file = new CredentialsFile(credentialsPath);
  const login = file.read();
  if (login === null) return { kind: 'gone' };
  const { id, expiresAt } = tokenOf(login);
  const known = loadAuth(statePath)?.state;
  if (!force && known?.kind === 'signed_out' && known.token.id === id) return { kind: 'refused' };
  const refused =
    known?.kind !== 'no_login' && known?.token.id === id && 'why' in known && known.why === 'refused';
  if (!force && !refused && expiresAt - clock.now() > REFRESH_AHEAD_MS) return { kind: 'fresh', expiresAt };
  const api = new OauthApi({ url, now: clock.now });
  return refreshLogin({ file, api, clock }, id, new AbortController().signal);
}
