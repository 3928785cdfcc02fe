/**
 * Builds the service out of its parts and starts them in order: store, agents, turns, channels, and last what a
 * former process left unfinished. Stops them in the opposite order, running turns first.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Sandbox } from '../container/sandbox.ts';
import type { ExtraMount } from '../contracts/container-config.ts';
import type { HomePaths } from '../contracts/paths.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import type { Agents } from './agents/agents.ts';
import { buildAgents } from './agents/build.ts';
import { judgeMounts } from './agents/extra-mounts.ts';
import type { Installation } from './agents/installation.ts';
import { Prewarmer } from './agents/prewarmer.ts';
import { RunnerHealth } from './agents/runner-health.ts';
import { SandboxWatch } from './agents/sandbox-choice.ts';
import { buildModel, buildSignIn } from './auth/build.ts';
import { RefreshTimer } from './auth/refresh-timer.ts';
import { viewRenewals } from './auth/renewal-view.ts';
import { buildChannels } from './channels/build.ts';
import { localChatRoutes } from './channels/local/routes.ts';
import type { Clock } from './clock.ts';
import { buildDelivery } from './delivery/build.ts';
import { createOutgoingFiles } from './files/outgoing.ts';
import { ContainerConfigs } from './groups/container-configs.ts';
import { GroupDirectory } from './groups/directory.ts';
import { createRemoval } from './groups/remove-chat.ts';
import { groupRoutes } from './groups/routes.ts';
import { createHost } from './inbound/host.ts';
import type { Life } from './lifecycle/life.ts';
import { remedyRoutes } from './ops/remedy-routes.ts';
import type { Route } from './ops/router.ts';
import { buildRouter } from './router/build.ts';
import type { Settings } from './settings/settings.ts';
import { MAIN_FOLDER } from './store/groups.ts';
import { createStore, type Store } from './store/store.ts';
import type { Turn } from './store/turns.ts';
import { buildTasks } from './tasks/build.ts';
import { taskRoutes } from './tasks/routes.ts';
import { buildThreadsTokens, threadsGate } from './threads/build.ts';
import { buildLanes } from './turns/build.ts';
import { DRAIN_LIMIT_MS, type Lanes } from './turns/lanes.ts';
import { newTurnId, TurnLog } from './turns/turn-log.ts';

export type ServiceDeps = {
  /** Where `dist/` lies. */
  checkout: string;
  /** The home folder of the user who runs us. */
  userHome: string;
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
  const configs = new ContainerConfigs(store);
  const mountPlace = { userHome: deps.userHome, guarded: guardedFolders(deps) };
  const watch = new SandboxWatch(deps.sandbox, clock, deps.log);
  const runner = new RunnerHealth();
  const signIn = buildSignIn(deps);
  const threadsTokens = buildThreadsTokens(deps);
  const renewing = new RefreshTimer([signIn, threadsTokens], clock);
  const renewals = () => viewRenewals({ 'claude-sign-in': signIn, 'threads-token': threadsTokens });
  const model = buildModel(deps, signIn);
  const { local, all: channels, off } = buildChannels({ ...deps, store });
  const files = createOutgoingFiles(paths.outgoing);
  const delivery = buildDelivery({ ...deps, store, directory, channels, files });
  const deliver = (jid: string) => delivery.wake(jid);
  const threads = threadsGate(settings, threadsTokens, configs);
  const { desk, scheduler, upkeep } = buildTasks({
    ...{ ...deps, store, deliver },
    groupOf: (jid) => directory.find(jid),
    onQueued: (folder) => lanes.wake(folder),
  });
  const onTasksChanged = (folder: string) => scheduler.changed(folder);
  const agents = buildAgents({
    ...{ ...deps, store, directory, channels, watch, runner, model, threads, files, deliver },
    ...{ configs, mountPlace, desk, onTasksChanged },
  });
  const turnLog = new TurnLog({ store, now: clock.now, newId: newTurnId, language: settings.NANOCLAW_LANG });
  const { router, journal: routing } = buildRouter({ ...deps, store });
  const lanes = buildLanes({
    ...{ ...deps, store, directory, channels, deliver, agents },
    ...{ turnLog, router, routing, configs },
  });
  life.report(() => storeHealth(store));
  for (const part of [watch, runner, model, model.reach, threadsTokens, upkeep, configs, router, ...channels])
    life.report(() => part.health());
  for (const channel of channels) life.report(() => delivery.healthOf(channel));
  for (const health of off) life.report(() => health);
  life.know({
    oldestUnansweredMs: () => ageOf(store.questions.oldestUnansweredAt(), clock),
    standstill: () => lanes.standstill(),
    groupCount: () => directory.count,
    activeTurns: () => lanes.active,
  });

  const remove = createRemoval({ store, directory, turnLog, lanes });
  const findMountProblems = (folder: string, mounts: readonly ExtraMount[]) =>
    judgeMounts(mounts, folder === MAIN_FOLDER, mountPlace).flatMap((judged) =>
      judged.ok ? [] : [`Mount REJECTED: ${judged.hostPath}: ${judged.reason}`],
    );
  routing.recover();
  router.start();
  renewing.start();
  await delivery.start();
  const hostFor = createHost({ ...deps, store, directory, lanes, turnLog, deliver });
  // One after the other: each loads a large client, and the local chat comes first.
  for (const channel of channels) await channel.start(hostFor(channel));
  // Readiness doesn't wait for Docker: its state is a component of its own.
  const recovered = watch.check().then(() => takeUp(deps, agents, lanes, directory, unfinished));
  scheduler.start();
  upkeep.start();
  const prewarmer = buildPrewarmer(deps, agents, directory);
  void recovered.then(() => prewarmer.start());
  return {
    routes: [
      ...[
        ...localChatRoutes(local),
        ...groupRoutes({ directory, store, channels, configs, findMountProblems, remove }),
      ],
      ...remedyRoutes({ channels, agents, stuck: () => lanes.standstill().folder }),
      ...taskRoutes({
        store,
        desk,
        changed: onTasksChanged,
        upkeep: () => [...upkeep.list(), ...renewals()],
      }),
    ],
    async stop() {
      prewarmer.stop();
      await Promise.all([...channels, scheduler, upkeep].map((part) => part.stop()));
      const drained = Promise.all([lanes.stop(), recovered]);
      await atMost(clock, DRAIN_LIMIT_MS, drained);
      await agents.stop();
      await atMost(clock, LAST_WRITES_MS, drained);
      await Promise.all([router.stop(), delivery.stop()]);
      await Promise.all([renewing.stop(), signIn.stop()]);
      watch.stop();
      life.forget();
      store.close();
    },
  };
}

/** Our own state and program, and what signs us in. */
function guardedFolders({ paths, checkout, userHome }: ServiceDeps): string[] {
  return [paths.home, checkout, join(userHome, '.claude'), join(userHome, '.config', 'nanoclaw')];
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

function buildPrewarmer({ clock, log }: ServiceDeps, agents: Agents, directory: GroupDirectory): Prewarmer {
  return new Prewarmer({
    next: () => agents.nextToWarm(),
    async warm(folder) {
      const [group] = directory.inFolder(folder);
      if (group) await agents.warm(group);
    },
    clock,
    log,
  });
}

function storeHealth(store: Store) {
  const trouble = store.trouble();
  const state = trouble === null ? ('ok' as const) : ('failed' as const);
  return { name: 'store', state, reason: trouble ?? 'store/messages.db', required: true };
}

function ageOf(at: number | null, clock: Clock): number | null {
  return at === null ? null : Math.max(0, clock.now() - at);
}

function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise<void>((resolve) => clock.after(ms, resolve))]);
}
