/** Puts the agents' parts together: their folders, their way to the model, their tools. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createLookup } from '../../broker/egress/resolve.ts';
import { type AgentSpec, type Sandbox, SandboxError } from '../../container/sandbox.ts';
import {
  type ContainerConfig,
  DEFAULT_CONFIG,
  diskBytes,
  type ReadConfig,
} from '../../contracts/container-config.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Model } from '../auth/model.ts';
import type { Channel } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import type { OutgoingFiles } from '../files/outgoing.ts';
import type { ContainerConfigs } from '../groups/container-configs.ts';
import type { GroupDirectory } from '../groups/directory.ts';
import type { Settings } from '../settings/settings.ts';
import { MAIN_FOLDER } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import type { TaskDesk } from '../tasks/desk.ts';
import { buildPublishing, type ThreadsGate } from '../threads/build.ts';
import { THREADS_MEMORY } from '../threads/memory.ts';
import { agentUser, writtenFolders } from './agent-folders.ts';
import { Agents } from './agents.ts';
import { DailyUsage, type UsageRows } from './daily-usage.ts';
import { DiskWatch } from './disk/disk-watch.ts';
import { sizeOf, spaceOf } from './disk/measure.ts';
import { judgeMounts, type MountPlace } from './extra-mounts.ts';
import { createHostTools } from './host-tools.ts';
import type { Installation } from './installation.ts';
import { openBroker, recordRequest } from './open-broker.ts';
import type { SandboxWatch } from './sandbox-choice.ts';
import { systemPrompt } from './system-prompt.ts';
import { capacityOf, wantedWarm } from './warm-policy.ts';

export type BuildAgentsDeps = {
  /** Where `dist/` lies. */
  checkout: string;
  settings: Settings;
  paths: HomePaths;
  installation: Installation;
  sandbox: Sandbox;
  watch: SandboxWatch;
  model: Model;
  threads: ThreadsGate;
  configs: ContainerConfigs;
  mountPlace: MountPlace;
  store: Store;
  directory: GroupDirectory;
  channels: readonly Channel[];
  metrics: MetricsWriter;
  files: OutgoingFiles;
  desk: TaskDesk;
  onTasksChanged(folder: string): void;
  deliver(jid: string): Promise<void>;
  clock: Clock;
  log: Logger;
};

/** Enough for the Claude Code process (250 MB) with room for what it runs; a fork bomb ends at `pids`. */
const LIMITS = { memoryBytes: 2 * 1024 ** 3, cpus: 2, pids: 512 };

/** The newest turns that are looked at for groups worth keeping warm: enough for a day of many groups. */
const TURNS_LOOKED_AT = 500;

export function buildAgents(deps: BuildAgentsDeps): Agents {
  const { settings, paths, installation, sandbox, watch, model, store, metrics, clock, log, configs } = deps;
  const capacity = capacityOf(totalmem());
  const usage = new DailyUsage({ rows: usageRows(deps), now: clock.now, timeZone: settings.TZ });
  const brokerDeps = { ...deps, usage, lookup: createLookup(settings.EGRESS_DNS) };
  return new Agents({
    paths,
    installation,
    settings: {
      timeZone: settings.TZ,
      devRunner: settings.DEV_MOUNT ? join(deps.checkout, 'dist', 'runner.js') : null,
      user: agentUser(),
      limits: LIMITS,
      configOf: (folder) => configs.of(folder),
      mountsOf: (folder) => allowedMounts(deps, folder),
      memoryOf: (folder) => (deps.threads.mayUseThreads(folder) ? THREADS_MEMORY : plainMemory(folder)),
    },
    idleMs: settings.IDLE_TIMEOUT,
    capacity,
    wantedWarm: () =>
      wantedWarm({
        folders: new Set(deps.directory.all().map((group) => group.folder)),
        activity: store.turns.lastActive(TURNS_LOOKED_AT),
        now: clock.now(),
        capacity,
      }),
    disk: buildDiskWatch(deps),
    sandbox,
    async assertSandboxReady() {
      const check = await watch.check();
      if (!check.ok) throw new SandboxError(check.code, check.reason);
    },
    openBroker: (group, runDir, placeholder) => openBroker(brokerDeps, group, runDir, placeholder),
    placeholderKind: () => model.placeholderKind(),
    runnerConfig: (group) => ({
      ...modelOf(configs.read(group.folder)),
      group: group.folder,
      isMain: group.folder === MAIN_FOLDER,
      assistantName: settings.ASSISTANT_NAME,
      systemPrompt: systemPrompt(group, settings.ASSISTANT_NAME),
      threads: deps.threads.mayUseThreads(group.folder),
      session: sessionToWarm(store, group.folder),
    }),
    onRequest: createHostTools({
      ...{ store, directory: deps.directory, channels: deps.channels, files: deps.files, desk: deps.desk },
      ...{ now: clock.now, deliver: deps.deliver, onTasksChanged: deps.onTasksChanged },
      groupPath: (folder) => paths.group(folder),
      onRecord: ({ result, ...labels }) =>
        metrics.record({ metric: 'host_tool', result, duration: 0, ...labels }),
      publishing: buildPublishing({
        ...deps,
        onRequest: (record) => recordRequest(brokerDeps, record),
      }),
    }),
    onRecord: ({ group, result, seconds }) =>
      metrics.record({ metric: 'container', result, duration: seconds, group }),
    clock,
    log,
  });
}

function buildDiskWatch({ paths, configs, metrics, clock, log }: BuildAgentsDeps): DiskWatch {
  return new DiskWatch({
    space: () => spaceOf(paths.home),
    size: (folder) => sizeOf(writtenFolders(folder, paths)),
    limitOf(folder) {
      const read = configs.read(folder);
      return diskBytes(read.ok ? read.config : DEFAULT_CONFIG);
    },
    onRecord: ({ result, ...labels }) => metrics.record({ metric: 'disk', result, duration: 0, ...labels }),
    clock,
    log,
  });
}

function plainMemory(folder: string): string {
  return `# ${folder}\n\nNotes that this group's assistant keeps between conversations.\n`;
}

/** The session that the group's next turn goes on with. */
function sessionToWarm(store: Store, folder: string) {
  const running = store.turns.runningIn(folder);
  return running ? store.turns.sessionOf(running) : store.turns.session(folder);
}

/** An agent that was adopted goes on although its configuration became unreadable. */
function modelOf(read: ReadConfig): Pick<ContainerConfig, 'model' | 'effort'> {
  const { model, effort } = read.ok ? read.config : DEFAULT_CONFIG;
  return { model, effort };
}

/** The mounts of a group's configuration that the operator's allowlist lets pass; the others are told. */
function allowedMounts(
  { configs, mountPlace, log }: BuildAgentsDeps,
  folder: string,
): AgentSpec['extraMounts'] {
  const { additionalMounts } = configs.of(folder);
  return judgeMounts(additionalMounts, folder === MAIN_FOLDER, mountPlace).flatMap((judged) => {
    if (judged.ok) return [judged.mount];
    log.warn({ group: folder, hostPath: judged.hostPath, reason: judged.reason }, 'Mount REJECTED');
    return [];
  });
}

function usageRows({ store, log }: BuildAgentsDeps): UsageRows {
  return {
    get: (folder) => store.dailyUsage.get(folder),
    put(folder, text) {
      const written = store.write(() => store.dailyUsage.put(folder, text));
      written.catch((error: Error) =>
        log.warn({ reason: error.message }, 'the usage of today was not stored'),
      );
    },
  };
}
