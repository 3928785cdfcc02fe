/** Which credential goes to the model, exactly one: the subscription while it serves, else the prepaid key. */
import type { AuthState } from './state.ts';

/** `expired`: there is a subscription, but nothing valid. */
export type Choice = 'oauth' | 'api_key' | 'expired' | 'none';

/** The credential in use. `id` names the login it belongs to, for `answered`. */
export type Credential =
  | { kind: 'oauth'; value: string; id: string }
  | { kind: 'api_key'; value: string }
  /** There is a subscription, but nothing valid. The scripted model must not stand in for it. */
  | { kind: 'expired' }
  | { kind: 'none' };

export function choose(state: AuthState, hasKey: boolean, now: number): Choice {
  if (serves(state, hasKey, now)) return 'oauth';
  if (hasKey) return 'api_key';
  return state.kind === 'no_login' ? 'none' : 'expired';
}

function serves(state: AuthState, hasKey: boolean, now: number): boolean {
  if (state.kind === 'no_login' || state.token.expiresAt <= now) return false;
  switch (state.kind) {
    case 'ok':
      return true;
    case 'refreshing':
    case 'waiting':
    case 'signed_out':
      return state.why === 'due';
    case 'resting':
      return state.why === 'limited' && !hasKey; // a limit that was reached is still better than nothing
  }
}
