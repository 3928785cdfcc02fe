/** The Slack channel on a real journal, against the Slack stand-in. */
import { type Logger, pino } from 'pino';
import type { Channel, ChannelHost, Inbound, Invocation, Outgoing } from '../../src/channels/channel.ts';
import { createSlackChannel } from '../../src/channels/slack/slack-channel.ts';
import { systemClock } from '../../src/clock.ts';
import { Commands } from '../../src/commands/commands.ts';
import { createChanged } from '../../src/inbound/change.ts';
import { createInbound } from '../../src/inbound/receive.ts';
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { newTurnId, TurnLog } from '../../src/turns/turn-log.ts';
import { aGroup } from '../fakes/records.ts';
import { Watch } from '../world/shared/watch.ts';
import { WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from '../world/slack/description.ts';
import { type Slack, type SlackOptions, startSlack } from '../world/slack/slack.ts';

export const GENERAL = 'C00GENERAL';
export const MINJI = 'U0000MINJI';
export const DIRECT = 'D0000MINJI';
/** Only ends what hangs: a busy machine takes several times what one at rest does. */
export const DEADLINE_MS = 45_000;

export type SlackWorld = {
  slack: Slack;
  store: Store;
  channel: Channel;
  /** Texts on record in the order they were stored. */
  texts(jid?: string): string[];
  /** Messages as they were handed over, whatever became of them. */
  handed: readonly InboundMessage[];
  /** Comes before the journal (with a message's text, or `edited`, `deleted`) or a command; may reject, as a full disk would. */
  gate: {
    before: (what: string) => Promise<void> | void;
    command: (invocation: Invocation) => Promise<void> | void;
  };
  /** Another life of the service on the same record. */
  newChannel(overrides?: object): Channel;
  host: ChannelHost;
  /** Looks again whenever a message was stored or a warning logged. */
  until(look: () => boolean): Promise<unknown>;
  /** Warnings and errors, as JSON. */
  lines: readonly string[];
  stop(): Promise<void>;
};

/** @param options registeredAt: when the chats were registered, wall clock, milliseconds; now when left out */
export async function startSlackWorld(
  options: SlackOptions & { registeredAt?: number } = {},
): Promise<SlackWorld> {
  const slack = await startSlack({ ackTimeoutMs: 1000, retryDelaysMs: [0, 200, 200], ...options });
  const store = createStore(':memory:');
  const watch = new Watch(systemClock);
  const lines: string[] = [];
  const note = (line: string) => {
    lines.push(line);
    watch.changed();
  };
  const log = pino({ level: 'warn' }, { write: note });
  const rules = { requiresTrigger: true, bots: 'ask', addedAt: options.registeredAt ?? Date.now() } as const;
  const groups = [
    aGroup({ ...rules, jid: GENERAL, folder: 'g' }),
    aGroup({ ...rules, jid: DIRECT, folder: 'g', requiresTrigger: false }),
  ];
  await store.write(() => {
    for (const one of groups) store.groups.register(one);
  });
  const handed: InboundMessage[] = [];
  const gate: SlackWorld['gate'] = { before: () => undefined, command: () => undefined };
  const ways = waysIn(store, groups, log);
  const inbound: Inbound = async (message) => {
    await gate.before(message.text);
    handed.push(message);
    const receipt = await ways.inbound(message);
    watch.changed();
    return receipt;
  };
  const host: ChannelHost = {
    inbound,
    async changed(change) {
      await gate.before(change.kind);
      await ways.changed(change);
      watch.changed();
    },
    async command(invocation) {
      await gate.command(invocation);
      return ways.command(invocation);
    },
    registered: () => groups,
    newestId: (jid) => store.journal.newestId(jid),
    unanswered: (jid) => store.questions.unanswered(jid),
    activeThreads: (jid, sinceMs) => store.journal.activeThreads(jid, sinceMs),
  };
  const open: Channel[] = [];
  const newChannel = (overrides: object = {}) => {
    const tokens = { botToken: WORLD_SLACK_BOT_TOKEN, appToken: WORLD_SLACK_APP_TOKEN, apiUrl: slack.apiUrl };
    const rest = {
      assistantName: '폴',
      language: 'en' as const,
      clock: systemClock,
      log,
      pingTimeoutMs: 300,
    };
    const channel = createSlackChannel({ ...tokens, ...rest, ...overrides });
    open.push(channel);
    return channel;
  };
  return {
    ...{ slack, store, channel: newChannel(), gate, newChannel, host, lines },
    handed,
    until: (look) => watch.until(look, DEADLINE_MS),
    texts: (jid = GENERAL) => store.journal.range(jid, 0).map(({ content }) => content),
    async stop() {
      await Promise.all(open.map((channel) => channel.stop()));
      await slack.stop();
      store.close();
    },
  };
}

/** The orchestrator's own ways in, with nobody behind them who answers. */
function waysIn(store: Store, groups: readonly Group[], log: Logger) {
  const nobody = () => undefined;
  const groupOf = (jid: string) => groups.find((group) => group.jid === jid);
  const turnLog = new TurnLog({ store, now: systemClock.now, newId: newTurnId, language: 'en' });
  const rules = { assistantName: '폴', triggerPattern: undefined, operators: [MINJI] };
  const commands = new Commands({
    ...{ store, turnLog, groupOf, operators: rules.operators, onStop: nobody },
    ...{ language: 'en', timeZone: 'UTC', now: systemClock.now, newId: newTurnId },
    facts: () => ({ uptimeSeconds: 60, components: [], workingMs: null, waiting: 0 }),
    deliver: async () => nobody(),
  });
  const asked = { store, rules, groupOf, onAsked: nobody, log };
  return {
    inbound: createInbound({ ...asked, commands }),
    changed: createChanged({ ...asked, turnLog, onStop: nobody }),
    command: commands.invoke,
  };
}

/** Resolves when the stand-in has an open connection that read its hello, and has had `count` of them. */
export function connected({ slack }: SlackWorld, count = 1): Promise<unknown> {
  return slack.until(() => {
    const last = slack.connections().at(-1);
    return slack.connections().length >= count && last?.readyAt !== null && last?.closedAt === null;
  }, DEADLINE_MS);
}

export function outgoing(fields: Partial<Outgoing> = {}): Outgoing {
  const place = { jid: GENERAL, thread: null };
  return {
    ...place,
    key: 't1.1',
    text: 'hello',
    file: null,
    answers: [],
    firstTryAt: null,
    previous: null,
    ...fields,
  };
}

export const noDeadline = () => new AbortController().signal;
