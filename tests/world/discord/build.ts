/** Puts the parts of the Discord stand-in together. */
import { type Clock, systemClock } from '../../../src/clock.ts';
import { listenOnLoopback } from '../loopback.ts';
import { EventFaults } from '../shared/event-fault.ts';
import { RequestFaults } from '../shared/request-fault.ts';
import { Watch } from '../shared/watch.ts';
import { type DiscordDescription, describeDiscord } from './description.ts';
import { Gateway } from './gateway.ts';
import { Interactions } from './interactions.ts';
import { DiscordPeople } from './people.ts';
import { type Limits, NO_LIMITS, RateLimits } from './rate-limits.ts';
import type { DiscordChange } from './record.ts';
import { handleRest, type Rest } from './rest.ts';
import { shapesOf } from './shapes.ts';
import { SignedFiles } from './signed-files.ts';
import { DiscordStore } from './store.ts';

/** Discord counts the starts of a bot by the day. */
const DAY_MS = 24 * 3600_000;

export type DiscordOptions = {
  /** 0 or none: a free one. The same for the gateway's own port. */
  port?: number;
  gatewayPort?: number;
  describe?: Partial<DiscordDescription>;
  heartbeatIntervalMs?: number;
  /** IDENTIFYs left today; the one too many costs the token. */
  identifiesLeft?: number;
  /** When the count of them begins anew, milliseconds from now. */
  identifiesResetAfterMs?: number;
  limits?: Partial<Limits>;
  clock?: Clock;
};

export type Parts = Awaited<ReturnType<typeof buildDiscord>>;

export async function buildDiscord(options: DiscordOptions) {
  const clock = options.clock ?? systemClock;
  const watch = new Watch(clock);
  const state = { out: false, authValid: true, tokenLost: false, endFault: (): void => undefined };
  const changed = () => watch.changed();
  const tell = (change: DiscordChange) => {
    const chat = store.chats.get('chat' in change ? change.chat : change.message.chat);
    const isPrivate = 'message' in change && change.message.ephemeral;
    if (chat !== undefined && !state.out && !isPrivate) gateway.tell(change, chat);
    changed();
  };
  const store = new DiscordStore(describeDiscord(options.describe), clock.now, tell);
  const tokenValid = (token: string) =>
    state.authValid && !state.tokenLost && store.description.tokens.includes(token);
  const server = await listenOnLoopback(options.port ?? 0, (req, res) => {
    handleRest(rest, req, res).catch(() => res.destroy()); // the client broke off, or sent what cannot be read
  });
  const files = new SignedFiles(clock.now, () => server.url);
  const shapes = shapesOf(store, files);
  const events = new EventFaults(clock);
  const gateway: Gateway = await Gateway.start({
    ...{ port: options.gatewayPort ?? 0, clock, faults: events, store, shapes, tokenValid, changed },
    ...{ heartbeatIntervalMs: options.heartbeatIntervalMs, identifiesLeft: options.identifiesLeft },
    tokenLost: () => {
      state.tokenLost = true;
    },
  });
  const interactions = new Interactions(clock.now);
  const tellAll: Gateway['tellAll'] = (event) => state.out || gateway.tellAll(event);
  const people = new DiscordPeople(store, shapes, interactions, { tell, tellAll });
  const rest: Rest = {
    ...{ store, shapes, files, interactions, changed, clock, tokenValid, commands: new Map(), requests: [] },
    ...{
      faults: new RequestFaults(clock),
      limits: new RateLimits(clock, { ...NO_LIMITS, ...options.limits }),
    },
    gatewayUrl: () => gateway.server().url,
    identifies: () => ({
      remaining: gateway.identifiesLeft,
      resetAfterMs: options.identifiesResetAfterMs ?? DAY_MS,
    }),
  };
  return { clock, watch, state, store, events, gateway, server, people, rest };
}
