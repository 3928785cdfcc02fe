/** Why a connection is not made, in words for whoever reads the agent's screen, and what an operator can change. */

export type RefusalCode =
  | 'bad_request'
  | 'policy_none'
  | 'not_in_allowlist'
  | 'port'
  | 'not_public'
  | 'own_address'
  | 'unknown_host'
  | 'unreachable'
  | 'too_many_open'
  | 'too_many_requests'
  | 'bytes_per_day';

/** Thrown on the way to a connection; its message is fit for the container. */
export class EgressRefused extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** `unreachable`: it might have been allowed, but nobody is there. */
  get outcome(): 'refused' | 'unreachable' {
    return this.code === 'unknown_host' || this.code === 'unreachable' ? 'unreachable' : 'refused';
  }

  get status(): number {
    return STATUS[this.code];
  }
}

const STATUS: Readonly<Record<RefusalCode, number>> = {
  bad_request: 400,
  policy_none: 403,
  not_in_allowlist: 403,
  port: 403,
  not_public: 403,
  own_address: 403,
  unknown_host: 502,
  unreachable: 502,
  too_many_open: 429,
  too_many_requests: 429,
  bytes_per_day: 429,
};

/** How an operator changes what a group may do; `setting` is what to change. */
export function operatorMay(setting: string): string {
  return `An operator can change ${setting} of this group: nanoclaw groups add CHAT --config FILE.json`;
}
