/** Discord's rate limits: one bucket per route and channel, and one over all. Pure but for the clock. */
import type { Clock } from '../../../src/clock.ts';
import type { Answer } from '../shared/serve.ts';

export type Limits = {
  /** Of the bucket of each route and channel. */
  requests: number;
  windowMs: number;
  /** Over everything, a second. */
  globalPerSecond: number;
};

/** Generous, so that only tests that want limits meet them. Discord: about 5 messages in 5 s, 50 requests a second. */
export const NO_LIMITS: Limits = { requests: 1000, windowMs: 1000, globalPerSecond: 10_000 };

type Bucket = { used: number; resetsAt: number };
export type Headers = Record<string, string>;

export class RateLimits {
  #buckets = new Map<string, Bucket>();

  constructor(
    readonly clock: Pick<Clock, 'monotonic'>,
    readonly limits: Limits,
  ) {}

  /** Counts a request. @returns the headers that go with its answer, and the refusal when it was one too many */
  count(bucket: string): { headers: Headers; refusal: Answer | null } {
    const { requests, windowMs, globalPerSecond } = this.limits;
    const all = this.#use('global', 1000);
    if (all.used > globalPerSecond) {
      return { headers: {}, refusal: tooMany(this.#seconds(all), true) };
    }
    const own = this.#use(bucket, windowMs);
    const headers = {
      ...{ 'x-ratelimit-bucket': hashOf(bucket), 'x-ratelimit-limit': String(requests) },
      'x-ratelimit-remaining': String(Math.max(0, requests - own.used)),
      'x-ratelimit-reset-after': this.#seconds(own).toFixed(3),
    };
    const refusal = own.used > requests ? tooMany(this.#seconds(own), false) : null;
    return { headers, refusal };
  }

  #use(name: string, windowMs: number): Bucket {
    const now = this.clock.monotonic();
    const known = this.#buckets.get(name);
    const bucket = known && known.resetsAt > now ? known : { used: 0, resetsAt: now + windowMs };
    bucket.used += 1;
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #seconds({ resetsAt }: Bucket): number {
    return Math.max(0, (resetsAt - this.clock.monotonic()) / 1000);
  }
}

/** @param retryAfterSeconds exact in the body; discord.js goes by the header */
export function tooMany(retryAfterSeconds: number, global: boolean): Answer {
  const scope = { 'x-ratelimit-scope': global ? 'global' : 'user' };
  return {
    status: 429,
    headers: {
      ...{ 'retry-after': String(Math.ceil(retryAfterSeconds)), ...scope, via: '1.1 google' },
      ...(global ? { 'x-ratelimit-global': 'true' } : {}),
    },
    body: { message: 'You are being rate limited.', retry_after: retryAfterSeconds, global },
  };
}

/** Buckets are named by the route alone; channels share the name, not the count. */
function hashOf(bucket: string): string {
  return Buffer.from(bucket.replace(/\d{5,}/g, ':id'))
    .toString('base64url')
    .slice(0, 32);
}
