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
import type { Agents } from './agents/agents.ts';
import { buildAgents } from './agents/build.ts';
import type { Installation } from './agents/installation.ts';
import { SandboxWatch } from './agents/sandbox-choice.ts';
import { Credentials } from './auth/credentials.ts';
import { Model } from './auth/model.ts';
import { buildChannels } from './channels/build.ts';
import { type Channel, FileUnavailableError } from './channels/channel.ts';
import { localChatRoutes } from './channels/local/routes.ts';
import type { Clock } from './clock.ts';
import { Delivery } from './delivery/delivery.ts';
import { Inbox } from './files/inbox.ts';
import { createOutgoingFiles, type OutgoingFiles } from './files/outgoing.ts';
import { GroupDirectory } from './groups/directory.ts';
import { groupRoutes } from './groups/routes.ts';
import { createHost } from './inbound/host.ts';
import type { Life } from './lifecycle/life.ts';
import { createOfflineModel } from './offline-model/handler.ts';
import type { Route } from './ops/router.ts';
import type { Settings } from './settings/settings.ts';
import { MAIN_FOLDER } from './store/groups.ts';
import { createStore, type Store } from './store/store.ts';
import type { Turn } from './store/turns.ts';
import { DRAIN_LIMIT_MS, Lanes } from './turns/lanes.ts';
import { Slots } from './turns/slots.ts';
import { newTurnId, TurnLog } from './turns/turn-log.ts';

export type ServiceDeps = {
  settings: Settings;
  paths: HomePaths;
  installation: Installation;
  sandbox: Sandbox;
  metrics: MetricsWriter;
  life: Life;
  clock: Clock;
  log: Logger;
};

export type Service = { routes: Route[]; stop(): Promise<void> };

/** What is left of a turn after its agent was stopped is only writing, milliseconds. */
const LAST_WRITES_MS = 5000;

/** @throws StoreOpenError */
export async function startService(deps: ServiceDeps): Promise<Service> {
  const { settings, paths, life, clock } = deps;
  const store = createStore(paths.database);
  const unfinished = store.turns.running();
  const directory = new GroupDirectory(store, clock);
  await directory.ensureMain();
  const watch = new SandboxWatch(deps.sandbox, clock);
  const model = buildModel(deps);
  const { local, all: channels, off } = buildChannels({ ...deps, store });
  const files = createOutgoingFiles(paths.outgoing);
  const delivery = buildDelivery(deps, { store, directory, channels, files });
  const deliver = (jid: string) => delivery.wake(jid);
  const agents = buildAgents({ ...deps, store, watch, model, files, deliver });
  const turnLog = new TurnLog({ store, now: clock.now, newId: newTurnId, language: settings.NANOCLAW_LANG });
  const lanes = buildLanes(deps, { store, directory, channels, deliver, agents, turnLog });
  life.report(() => storeHealth(store));
  for (const part of [watch, model, ...channels]) life.report(() => part.health());
  for (const health of off) life.report(() => health);
  life.know({
    oldestUnansweredMs: () => ageOf(store.journal.oldestUnansweredAt(), clock),
    groupCount: () => directory.count,
    activeTurns: () => lanes.active,
  });

  await delivery.start();
  const hostFor = createHost({ ...deps, store, directory, lanes, turnLog, deliver });
  // One after the other: discord.js has to be loaded before Bolt (docs/platform-clients.md).
  for (const channel of channels) await channel.start(hostFor(channel));
  // Readiness doesn't wait for Docker: its state is a component of its own.
  const recovered = watch.check().then(() => takeUp(deps, agents, lanes, directory, unfinished));
  return {
    routes: [...localChatRoutes(local), ...groupRoutes({ directory, store, channels })],
    async stop() {
      await Promise.all(channels.map((channel) => channel.stop()));
      const drained = Promise.all([lanes.stop(), recovered]);
      await atMost(clock, DRAIN_LIMIT_MS, drained);
      await agents.stop();
      await atMost(clock, LAST_WRITES_MS, drained);
      await delivery.stop();
      watch.stop();
      life.forget();
      store.close();
    },
  };
}

function buildModel({ settings, clock, log }: ServiceDeps): Model {
  const credentials = new Credentials({
    path: join(homedir(), '.claude', '.credentials.json'),
    fallbackKey: settings.ANTHROPIC_API_KEY_FALLBACK,
    now: clock.now,
  });
  const { handle } = createOfflineModel({ clock, newId: randomUUID });
  const offline = { kind: 'handler' as const, label: 'offline model', handle };
  return new Model({ credentials, baseUrl: settings.ANTHROPIC_BASE_URL, offline, log });
}

type DeliveryParts = {
  store: Store;
  directory: GroupDirectory;
  channels: readonly Channel[];
  files: OutgoingFiles;
};

function buildDelivery({ settings, clock, log, metrics }: ServiceDeps, parts: DeliveryParts): Delivery {
  const { store, directory, channels, files } = parts;
  return new Delivery({
    ...{ store, channels, files, clock, log },
    mainChats: () => directory.inFolder(MAIN_FOLDER).map(({ jid }) => jid),
    language: settings.NANOCLAW_LANG,
    answersOf: (turn) => store.turns.answers(turn),
    onRecord: ({ result, seconds, channel }) =>
      metrics.record({ metric: 'delivery', result, duration: seconds, channel }),
  });
}

type LaneParts = {
  store: Store;
  directory: GroupDirectory;
  channels: readonly Channel[];
  deliver(jid: string): Promise<void>;
  agents: Agents;
  turnLog: TurnLog;
};

function buildLanes({ settings, paths, clock, log, metrics }: ServiceDeps, parts: LaneParts): Lanes {
  const { store, directory, channels, deliver, agents, turnLog } = parts;
  const channelOf = (jid: string) => channels.find((channel) => channel.owns(jid));
  return new Lanes({
    ...{ store, turnLog, agents, deliver, clock, log },
    inbox: new Inbox({
      groupPath: (folder) => paths.group(folder),
      async open(jid, file, signal) {
        const channel = channelOf(jid);
        if (!channel) throw new FileUnavailableError('its platform is switched off');
        return channel.openFile(file, signal);
      },
      log,
    }),
    slots: new Slots(settings.MAX_CONCURRENT_CONTAINERS),
    groups: (folder) => directory.inFolder(folder),
    timeZone: settings.TZ,
    turnLimitMs: settings.CONTAINER_TIMEOUT,
    setWorking: (address, working) => channelOf(address.jid)?.setWorking(address, working),
    onRecord: ({ result, seconds, ...labels }) =>
      metrics.record({ metric: 'turn', result, duration: seconds, ...labels }),
  });
}

/** What a former process left: its agents first, then its turns, then whatever nobody has answered. Never rejects. */
async function takeUp(
  { log }: ServiceDeps,
  agents: Agents,
  lanes: Lanes,
  directory: GroupDirectory,
  unfinished: readonly Turn[],
): Promise<void> {
  const expected = new Map(unfinished.map((turn) => [turn.folder, turn.id]));
  try {
    await agents.adopt(directory.all(), expected);
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'agents from before the restart could not be listed');
  }
  lanes.start(unfinished, directory.all());
}

function storeHealth(store: Store) {
  const error = store.lastError();
  const state = error ? ('failed' as const) : ('ok' as const);
  return { name: 'store', state, reason: error?.message ?? 'store/messages.db', required: true };
}

function ageOf(at: number | null, clock: Clock): number | null {
  return at === null ? null : Math.max(0, clock.now() - at);
}

function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise<void>((resolve) => clock.after(ms, resolve))]);
}
