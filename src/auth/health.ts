/** What the sign-in looks like from outside: one code and one sentence for each way it can stand. Pure. */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import type { Choice } from './choose.ts';
import type { Token } from './login.ts';
import type { AuthState } from './state.ts';

/** What the API last said to the prepaid key, judged from the status. */
export type KeyState = 'fine' | 'limited' | 'exhausted' | 'refused';

/** 402 is Anthropic's `billing_error`. */
export function keyAfter(before: KeyState, status: number): KeyState {
  if (status >= 200 && status < 300) return 'fine';
  switch (status) {
    case 401:
      return 'refused';
    case 402:
      return 'exhausted';
    case 429:
      return 'limited';
    default:
      return before;
  }
}

export type SignInCode =
  | 'subscription'
  | 'prepaid_key'
  | 'no_sign_in'
  | 'token_expiring'
  | 'refresh_failing'
  | 'signed_out'
  | 'token_refused'
  | 'rate_limited'
  | 'on_fallback'
  | 'credit_exhausted'
  | 'key_refused';

/** Only a person can help with these: sign in, or pay. */
function signalOf(choice: Choice, code: SignInCode): SignalCode | undefined {
  switch (code) {
    case 'credit_exhausted':
      return 'credit_spent';
    case 'key_refused':
      return 'sign_in_revoked';
    case 'signed_out':
    case 'token_refused':
      return choice === 'expired' ? 'sign_in_revoked' : 'sign_in_needed';
    case 'token_expiring':
      return 'sign_in_needed';
    case 'subscription':
    case 'prepaid_key':
    case 'no_sign_in':
    case 'refresh_failing':
    case 'rate_limited':
    case 'on_fallback':
      return undefined;
  }
}

const SIGN_IN = 'sign in with `nanoclaw auth login`';
/** So long before it a person is told that the sign-in ends: enough for a weekend. */
const EXPIRING_MS = 3 * 24 * 60 * 60_000;

export type SignInView = { state: AuthState; choice: Choice; key: KeyState; now: number };

export function signInHealth(view: SignInView): ComponentHealth & { code: SignInCode } {
  const { code, reason } = describe(view);
  // Never required while a sign-in exists: a restart renews none.
  const required = code === 'subscription' || code === 'prepaid_key' || code === 'no_sign_in';
  const signal = signalOf(view.choice, code);
  return { name: 'model', state: severityOf(view.choice, code), code, reason, required, signal };
}

function severityOf(choice: Choice, code: SignInCode): ComponentHealth['state'] {
  if (choice === 'expired' || code === 'credit_exhausted' || code === 'key_refused') return 'failed';
  return code === 'subscription' || code === 'prepaid_key' ? 'ok' : 'degraded';
}

type Said = { code: SignInCode; reason: string };

function describe(view: SignInView): Said {
  if (view.choice === 'api_key' && view.key === 'exhausted') {
    return {
      code: 'credit_exhausted',
      reason: `the prepaid key has no credit left: top it up, or ${SIGN_IN}`,
    };
  }
  if (view.choice === 'api_key' && view.key === 'refused') {
    return { code: 'key_refused', reason: `the prepaid key is not accepted: replace it, or ${SIGN_IN}` };
  }
  return describeLogin(view);
}

function describeLogin({ state, choice, now }: SignInView): Said {
  const onKey = choice === 'api_key' ? '; the prepaid key is in use' : '';
  switch (state.kind) {
    case 'no_login':
      return choice === 'api_key' ? PREPAID : NOBODY;
    case 'ok':
      return describeGood(state.token, now);
    case 'refreshing':
      if (state.why === 'due' && state.failures === 0 && choice === 'oauth')
        return subscription(state.token.expiresAt);
      return { code: 'refresh_failing', reason: `the sign-in has to be renewed first${onKey}` };
    case 'waiting': {
      const code = choice === 'api_key' ? 'on_fallback' : 'refresh_failing';
      return { code, reason: `the sign-in could not be renewed: ${state.reason}${onKey}` };
    }
    case 'resting':
      return describeRest(state, onKey);
    case 'signed_out':
      return { code: 'signed_out', reason: `the subscription is signed out${onKey}: ${SIGN_IN}` };
  }
}

/** A login ends with its chain of renewals, or, when it can't be renewed, with its token. */
function describeGood({ expiresAt, refreshable, refreshEndsAt }: Token, now: number): Said {
  const end = refreshable ? refreshEndsAt : expiresAt;
  if (end === null || end - now > EXPIRING_MS) return subscription(expiresAt);
  const reason = `the sign-in ends ${new Date(end).toISOString()} and can't renew itself further: ${SIGN_IN}`;
  return { code: 'token_expiring', reason };
}

function describeRest({ why, until }: Extract<AuthState, { kind: 'resting' }>, onKey: string): Said {
  const time = new Date(until).toISOString();
  if (why === 'refused') {
    return {
      code: 'token_refused',
      reason: `the API refuses the renewed sign-in until ${time}${onKey}: ${SIGN_IN}`,
    };
  }
  if (onKey === '')
    return { code: 'rate_limited', reason: `the subscription's limit is reached until ${time}` };
  return { code: 'on_fallback', reason: `the subscription's limit is reached until ${time}${onKey}` };
}

function subscription(expiresAt: number): Said {
  return {
    code: 'subscription',
    reason: `Claude subscription, token until ${new Date(expiresAt).toISOString()}`,
  };
}

const PREPAID: Said = { code: 'prepaid_key', reason: 'prepaid API key (no subscription sign-in)' };
const NOBODY: Said = {
  code: 'no_sign_in',
  reason:
    'no sign-in to the model: a scripted offline model answers. Sign in with `nanoclaw auth login`, or set ANTHROPIC_API_KEY_FALLBACK in .env',
};
