/** Puts the lanes together: their slots, the files of their messages, their record. */
import type { Logger } from 'pino';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Agents } from '../agents/agents.ts';
import { type Channel, FileUnavailableError } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import { Inbox } from '../files/inbox.ts';
import type { ContainerConfigs } from '../groups/container-configs.ts';
import type { GroupDirectory } from '../groups/directory.ts';
import { readPersona } from '../router/light/persona.ts';
import type { Router } from '../router/router.ts';
import type { RoutingJournal } from '../router/routing-journal.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { Lanes } from './lanes.ts';
import { Slots } from './slots.ts';
import type { TurnLog } from './turn-log.ts';

export type BuildLanesDeps = {
  settings: Settings;
  paths: HomePaths;
  store: Store;
  directory: GroupDirectory;
  channels: readonly Channel[];
  agents: Agents;
  configs: ContainerConfigs;
  turnLog: TurnLog;
  router: Router;
  routing: RoutingJournal;
  deliver(jid: string): Promise<void>;
  metrics: MetricsWriter;
  clock: Clock;
  log: Logger;
};

export function buildLanes(deps: BuildLanesDeps): Lanes {
  const {
    settings,
    store,
    directory,
    channels,
    deliver,
    agents,
    turnLog,
    router,
    routing,
    metrics,
    clock,
    log,
  } = deps;
  const channelOf = (jid: string) => channels.find((channel) => channel.owns(jid));
  return new Lanes({
    ...{ store, turnLog, router, routing, agents, deliver, clock, log },
    names: [settings.ASSISTANT_NAME],
    personaOf: (folder) => readPersona(deps.paths, folder),
    inbox: buildInbox(deps, channelOf),
    slots: new Slots(settings.MAX_CONCURRENT_CONTAINERS),
    groups: (folder) => directory.inFolder(folder),
    workerFor: (folder, jid) => directory.workerFor(folder, jid),
    timeZone: settings.TZ,
    turnLimitMs: settings.CONTAINER_TIMEOUT,
    progressAfterMs: settings.PROGRESS_AFTER,
    turnLimitOf: (folder) => turnLimitOf(deps.configs, folder),
    setWorking: (turn, working) =>
      channelOf(turn.jid)?.setWorking(turn, working, store.turns.answers(turn.id)[0] ?? null),
    onRecord: ({ result, seconds, task, ...labels }) =>
      metrics.record({ metric: 'turn', result, duration: seconds, ...labels, ...(task ? { task } : {}) }),
  });
}

/** Of a group whose configuration sets one, milliseconds. */
function turnLimitOf(configs: ContainerConfigs, folder: string): number | null {
  const read = configs.read(folder);
  const minutes = read.ok ? read.config.timeoutMinutes : null;
  return minutes === null ? null : minutes * 60_000;
}

function buildInbox({ paths, log }: BuildLanesDeps, channelOf: (jid: string) => Channel | undefined): Inbox {
  return new Inbox({
    groupPath: (folder) => paths.group(folder),
    async open(jid, file, signal) {
      const channel = channelOf(jid);
      if (!channel) throw new FileUnavailableError('its platform is switched off');
      return channel.openFile(file, signal);
    },
    log,
  });
}
