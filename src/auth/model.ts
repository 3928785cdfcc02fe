/** The agents' model: which upstream the broker uses now, and what the API's answers tell about the sign-in and itself. */
import { sendAnthropicError } from '../../broker/anthropic-error.ts';
import type { ModelUpstream } from '../../broker/types.ts';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Clock } from '../clock.ts';
import { ModelReach } from './model-reach.ts';
import type { SignIn } from './sign-in.ts';

export type ModelOptions = {
  signIn: Pick<SignIn, 'ready' | 'current' | 'answered' | 'health'>;
  baseUrl: string;
  /** Answers when there is no sign-in at all. */
  offline: Extract<ModelUpstream, { kind: 'handler' }>;
  clock: Pick<Clock, 'monotonic'>;
};

/** Answers as the API does, so that the agent reports a sign-in problem. */
const EXPIRED: ModelUpstream = {
  kind: 'handler',
  label: 'no valid sign-in',
  handle: (_req, res) => sendAnthropicError(res, 401, 'the subscription sign-in has expired'),
};

export class Model {
  readonly reach: ModelReach;

  constructor(readonly options: ModelOptions) {
    this.reach = new ModelReach(options.clock);
  }

  /** Asked for each request, so that a new sign-in or a switch takes effect at once. */
  async upstream(): Promise<ModelUpstream> {
    const { reach } = this;
    const { signIn, baseUrl, offline } = this.options;
    const used = await signIn.ready();
    switch (used.kind) {
      case 'none':
        return offline;
      case 'expired':
        return EXPIRED;
      case 'oauth':
      case 'api_key':
        return {
          kind: 'http',
          baseUrl,
          credential: { kind: used.kind, value: used.value },
          onAnswer: ({ status, retryAfterMs }) => {
            signIn.answered(used, status, retryAfterMs);
            reach.answered(status);
          },
          onFailure: (message) => reach.failed(message),
        };
    }
  }

  /** What kind of placeholder an agent gets, so that its client behaves as with the real one. */
  async placeholderKind(): Promise<'oauth' | 'api_key'> {
    return this.options.signIn.current().kind === 'oauth' ? 'oauth' : 'api_key';
  }

  health(): ComponentHealth {
    return this.options.signIn.health();
  }
}
