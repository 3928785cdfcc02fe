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
  const why = known(statePath, id);
  if (!force && why === 'dead') return { kind: 'refused' };
  const isDue = why === 'refused' || expiresAt - clock.now() <= REFRESH_AHEAD_MS;
  if (!force && !isDue) return { kind: 'fresh', expiresAt };
  const api = new OauthApi({ url, now: clock.now });
  return refreshLogin({ file, api, clock }, id, new AbortController().signal);
}

/** What the service has learnt of this login: its renewal was refused, or the API refused its token. */
function known(statePath: string, id: string): 'dead' | 'refused' | null {
  const state = loadAuth(statePath)?.state;
  if (state === undefined || state.kind === 'no_login' || state.token.id !== id) return null;
  switch (state.kind) {
    case 'signed_out':
      return 'dead';
    case 'refreshing':
    case 'waiting':
      return state.why === 'refused' ? 'refused' : null;
    case 'ok':
    case 'resting':
      return null;
  }
}
