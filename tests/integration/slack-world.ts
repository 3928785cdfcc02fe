/** The Slack channel on a real journal, against the Slack stand-in. */
import { pino } from 'pino';
import type {
  Channel,
  ChannelHost,
  Inbound,
  Invocation,
  MessageChange,
  Outgoing,
} from '../../src/channels/channel.ts';
import { createSlackChannel } from '../../src/channels/slack/slack-channel.ts';
import { systemClock } from '../../src/clock.ts';
import { createInbound } from '../../src/inbound/receive.ts';
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { Watch } from '../world/shared/watch.ts';
import { WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from '../world/slack/description.ts';
import { type Slack, type SlackOptions, startSlack } from '../world/slack/slack.ts';

export const GENERAL = 'C00GENERAL';
export const MINJI = 'U0000MINJI';
export const DIRECT = 'D0000MINJI';
export const DEADLINE_MS = 10_000;

export type SlackWorld = {
  slack: Slack;
  store: Store;
  channel: Channel;
  /** Texts on record in the order they were stored. */
  texts(jid?: string): string[];
  /** Messages as they were handed over, whatever became of them. */
  handed: readonly InboundMessage[];
  changes: readonly MessageChange[];
  /** Slash commands; `answer` is what the host says to the next ones. */
  invocations: readonly Invocation[];
  answer: { command: (invocation: Invocation) => Promise<string> };
  /** What the journal says comes before this; it may reject, as a full disk would. */
  gate: { before: (text: string) => Promise<void> | void };
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
  const policy = { triggerPattern: null, requiresTrigger: true, senders: null, bots: 'ask' } as const;
  const group = { name: 'g', folder: 'g', ...policy, addedAt: options.registeredAt ?? Date.now() };
  const groups: Group[] = [
    { ...group, jid: GENERAL },
    { ...group, jid: DIRECT, requiresTrigger: false },
  ];
  const handed: InboundMessage[] = [];
  const changes: MessageChange[] = [];
  const invocations: Invocation[] = [];
  const answer: SlackWorld['answer'] = { command: async ({ name }) => `**${name}**: fine` };
  await store.write(() => {
    for (const one of groups) store.groups.register(one, 0);
  });
  const gate: SlackWorld['gate'] = { before: () => undefined };
  const journal = createInbound({
    ...{ store, log, assistantName: '폴', triggerPattern: undefined, onStored: () => undefined },
    groupOf: (jid) => groups.find((one) => one.jid === jid),
  });
  const inbound: Inbound = async (message) => {
    await gate.before(message.text);
    handed.push(message);
    const receipt = await journal(message);
    watch.changed();
    return receipt;
  };
  const host: ChannelHost = {
    inbound,
    async changed(change) {
      changes.push(change);
      watch.changed();
    },
    async command(invocation) {
      invocations.push(invocation);
      return answer.command(invocation);
    },
    registered: () => groups,
    newestId: (jid) => store.journal.newestId(jid),
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
    ...{ handed, changes, invocations, answer },
    until: (look) => watch.until(look, DEADLINE_MS),
    texts: (jid = GENERAL) => store.journal.range(jid, 0).map(({ content }) => content),
    async stop() {
      await Promise.all(open.map((channel) => channel.stop()));
      await slack.stop();
      store.close();
    },
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
  return { ...place, key: 't1.1', text: 'hello', file: null, answers: [], firstTryAt: null, ...fields };
}

export const noDeadline = () => new AbortController().signal;
