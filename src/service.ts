/**
 * Builds the service out of its parts and starts them in order: store, agents, turns, channels, and last what a
 * former process left unfinished. Stops them in the opposite order, running turns first.
 */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Sandbox } from '../container/sandbox.ts';
import type { HomePaths } from '../contracts/paths.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import { buildAgents } from './agents/build.ts';
import { SandboxWatch } from './agents/sandbox-choice.ts';
import { Credentials } from './auth/credentials.ts';
import { Model } from './auth/model.ts';
import type { Channel, ChannelHost } from './channels/channel.ts';
import { LocalChannel } from './channels/local/local-channel.ts';
import { localChatRoutes } from './channels/local/routes.ts';
import type { Clock } from './clock.ts';
import { Delivery } from './delivery/delivery.ts';
import { GroupDirectory } from './groups/directory.ts';
import { groupRoutes } from './groups/routes.ts';
import { createInbound } from './inbound/receive.ts';
import type { Life } from './lifecycle/life.ts';
import { createOfflineModel } from './offline-model/handler.ts';
import type { Route } from './ops/router.ts';
import type { Settings } from './settings/settings.ts';
import { createStore } from './store/store.ts';
import { DRAIN_LIMIT_MS, Lanes } from './turns/lanes.ts';
import { Slots } from './turns/slots.ts';
import { newTurnId, TurnLog } from './turns/turn-log.ts';

export type ServiceDeps = {
  settings: Settings;
  paths: HomePaths;
  sandbox: Sandbox;
  metrics: MetricsWriter;
  life: Life;
  clock: Clock;
  log: Logger;
};

export type Service = { routes: Route[]; stop(): Promise<void> };

/** @throws StoreOpenError */
export async function startService(deps: ServiceDeps): Promise<Service> {
  const { settings, paths, life, clock, log, metrics } = deps;
  const store = createStore(paths.database);
  life.report(() => ({
    name: 'store',
    state: store.lastError() ? 'failed' : 'ok',
    reason: store.lastError()?.message ?? 'store/messages.db',
    required: true,
  }));

  const unfinished = store.turns.running();
  const directory = new GroupDirectory(store, clock);
  await directory.ensureMain();
  const watch = new SandboxWatch(deps.sandbox, clock);
  life.report(() => watch.health());
  const model = new Model({
    credentials: new Credentials({
      path: join(homedir(), '.claude', '.credentials.json'),
      fallbackKey: settings.ANTHROPIC_API_KEY_FALLBACK,
      now: clock.now,
    }),
    baseUrl: settings.ANTHROPIC_BASE_URL,
    offline: {
      kind: 'handler',
      label: 'offline model',
      handle: createOfflineModel({ clock, newId: randomUUID }).handle,
    },
    log,
  });
  life.report(() => model.health());

  const local = new LocalChannel(store, clock, settings.ASSISTANT_NAME);
  const channels: Channel[] = [local];
  for (const channel of channels) life.report(() => channel.health());
  const channelOf = (jid: string) => channels.find((channel) => channel.owns(jid));

  const delivery = new Delivery({
    store,
    channels,
    clock,
    log,
    answersOf: (turn) => store.turns.answers(turn),
    onRecord: (record) =>
      metrics.record({
        metric: 'delivery',
        result: record.result,
        duration: record.seconds,
        channel: record.channel,
      }),
  });
  const agents = buildAgents({ ...deps, store, watch, model, deliver: (jid) => delivery.wake(jid) });
  const lanes = new Lanes({
    store,
    turnLog: new TurnLog({ store, now: clock.now, newId: newTurnId, language: settings.NANOCLAW_LANG }),
    agents,
    slots: new Slots(settings.MAX_CONCURRENT_CONTAINERS),
    groups: (folder) => directory.inFolder(folder),
    timeZone: settings.TZ,
    turnLimitMs: settings.CONTAINER_TIMEOUT,
    setWorking: (address, working) => channelOf(address.jid)?.setWorking(address, working),
    deliver: (jid) => delivery.wake(jid),
    onRecord: ({ group, result, seconds, ...labels }) =>
      metrics.record({ metric: 'turn', result, duration: seconds, group, ...labels }),
    clock,
    log,
  });
  const inbound = createInbound({
    store,
    groupOf: (jid) => directory.find(jid),
    assistantName: settings.ASSISTANT_NAME,
    triggerPattern: settings.TRIGGER_PATTERN,
    onStored: (group, asks) => {
      if (asks) lanes.wake(group.folder);
    },
    log,
  });
  life.know({
    oldestUnansweredMs: () => {
      const at = store.journal.oldestUnansweredAt();
      return at === null ? null : Math.max(0, clock.now() - at);
    },
    groupCount: () => directory.count,
    activeTurns: () => lanes.active,
  });

  await delivery.start();
  const hostFor = (channel: Channel): ChannelHost => ({
    inbound,
    registered: () => directory.all().filter((group) => channel.owns(group.jid)),
    newestId: (jid) => store.journal.newestId(jid),
  });
  await Promise.all(channels.map((channel) => channel.start(hostFor(channel))));
  // Readiness doesn't wait for Docker: its state is a component of its own.
  const recovered = watch.start().then(() => takeUp());
  recovered.catch((error) => log.error({ err: error }, 'what the former process left could not be taken up'));

  async function takeUp(): Promise<void> {
    const expected = new Map(unfinished.map((turn) => [turn.folder, turn.id]));
    await agents
      .adopt(directory.all(), expected)
      .catch((error: Error) =>
        log.warn({ err: error }, 'agents from before the restart could not be listed'),
      );
    lanes.start(unfinished, directory.all());
  }

  return {
    routes: [...localChatRoutes(local), ...groupRoutes(directory)],
    async stop() {
      await Promise.all(channels.map((channel) => channel.stop()));
      const drained = lanes.stop();
      await Promise.race([drained, new Promise<void>((resolve) => clock.after(DRAIN_LIMIT_MS, resolve))]);
      await agents.stop();
      await drained;
      await delivery.stop();
      watch.stop();
      store.close();
    },
  };
}
