/** The agents' model: which upstream the broker uses now, told apart for logs and the health answer. */
import type { Logger } from 'pino';
import { sendAnthropicError } from '../../broker/anthropic-error.ts';
import type { ModelUpstream } from '../../broker/types.ts';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Credential, Credentials } from './credentials.ts';

export type ModelOptions = {
  credentials: Credentials;
  baseUrl: string;
  /** Answers when there is no sign-in at all. */
  offline: Extract<ModelUpstream, { kind: 'handler' }>;
  log: Logger;
};

/** These phrases are part of the operator's contract: documented `grep`s look for them. */
const LOG_LINES: Record<Credential['kind'], string> = {
  oauth: 'Auth: using Pro subscription OAuth token',
  api_key: 'Auth: using fallback prepaid API key',
  expired: 'Auth: the subscription sign-in has expired and there is no fallback key',
  none: 'Auth: no model sign-in, the scripted offline model answers',
};

/** Answers as the API does, so that the agent reports a sign-in problem. */
const EXPIRED: ModelUpstream = {
  kind: 'handler',
  label: 'no valid sign-in',
  handle: (_req, res) => sendAnthropicError(res, 401, 'the subscription sign-in has expired'),
};

export class Model {
  #last: Credential['kind'] | null = null;

  constructor(readonly options: ModelOptions) {}

  /** Asked for each request, so that a new sign-in or a switch takes effect at once. */
  async upstream(): Promise<ModelUpstream> {
    const credential = this.#current();
    switch (credential.kind) {
      case 'none':
        return this.options.offline;
      case 'expired':
        return EXPIRED;
      case 'oauth':
      case 'api_key': {
        const { kind, value } = credential;
        return { kind: 'http', baseUrl: this.options.baseUrl, credential: { kind, value } };
      }
    }
  }

  /** What kind of placeholder an agent gets, so that its client behaves as with the real one. */
  async placeholderKind(): Promise<'oauth' | 'api_key'> {
    return this.#current().kind === 'oauth' ? 'oauth' : 'api_key';
  }

  health(): ComponentHealth {
    const credential = this.#current();
    switch (credential.kind) {
      case 'oauth':
        return { name: 'model', state: 'ok', reason: 'Claude subscription', required: true };
      case 'api_key':
        return {
          name: 'model',
          state: 'ok',
          reason: 'prepaid API key (no valid subscription sign-in)',
          required: true,
        };
      case 'expired':
        // Not required: a restart would not renew it.
        return {
          name: 'model',
          state: 'failed',
          reason: 'the subscription sign-in has expired. Sign in again with `claude`',
          required: false,
        };
      case 'none':
        return {
          name: 'model',
          state: 'degraded',
          reason:
            'no sign-in to the model: a scripted offline model answers. Sign in with `claude`, or set ANTHROPIC_API_KEY_FALLBACK in .env',
          required: true,
        };
    }
  }

  #current(): Credential {
    const credential = this.options.credentials.current();
    if (credential.kind !== this.#last) this.options.log.info(LOG_LINES[credential.kind]);
    this.#last = credential.kind;
    return credential;
  }
}
