/**
 * Makes calls to Slack's Web API. Every call has a deadline and is never repeated in here: who calls decides. Remembers
 * what the calls say of the token: whether it is refused, and which scopes it lacks.
 */
import type { Logger, webApi } from '@slack/bolt';
import { failureOf, SlackCallError } from './failure.ts';

/** What is used of Bolt, which is loaded only when there is a Slack to talk to. */
export type Bolt = typeof import('./bolt.ts');

export type CallsOptions = { bolt: Bolt; token: string; apiUrl: string | undefined; logger: Logger };

/** Slack answers within a second as a rule; after this a call counts as lost, milliseconds. */
const CALL_DEADLINE_MS = 10_000;

/** Refusals that are about the token itself, from Slack's list of errors common to all methods. */
const TOKEN_REFUSED: ReadonlySet<string> = new Set([
  ...[
    'invalid_auth',
    'not_authed',
    'token_revoked',
    'token_expired',
    'account_inactive',
    'not_allowed_token_type',
  ],
]);

export class Calls {
  readonly client: webApi.WebClient;
  readonly #missing = new Set<string>();
  #refusal: string | null = null;

  constructor({ bolt, token, apiUrl, logger }: CallsOptions) {
    this.client = new bolt.webApi.WebClient(token, clientOptions(apiUrl, logger));
  }

  /** Why the token is refused; null while it is good. */
  get refusal(): string | null {
    return this.#refusal;
  }

  get missingScopes(): string[] {
    return [...this.#missing].sort();
  }

  /** @throws SlackCallError */
  async make<T>(method: string, call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.#refusal = null;
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused' && TOKEN_REFUSED.has(failure.code)) this.#refusal = failure.code;
      if (failure.kind === 'refused' && failure.code === 'missing_scope')
        this.#missing.add(failure.needed ?? `the one for ${method}`);
      throw new SlackCallError(method, failure, error);
    }
  }
}

/** Options for any client of ours: one try, a deadline, and told to wait rather than made to. */
export function clientOptions(apiUrl: string | undefined, logger: Logger): webApi.WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    ...{ retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: CALL_DEADLINE_MS, logger },
  };
}
