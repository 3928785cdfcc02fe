/** Puts the agents' parts together: their folders, their way to the model, their tools. */
import { totalmem } from 'node:os';
import type { Logger } from 'pino';
import { startBroker } from '../../broker/broker.ts';
import { type Sandbox, SandboxError } from '../../container/sandbox.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Model } from '../auth/model.ts';
import type { Channel } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import type { OutgoingFiles } from '../files/outgoing.ts';
import type { GroupDirectory } from '../groups/directory.ts';
import type { Settings } from '../settings/settings.ts';
import { MAIN_FOLDER } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import type { TaskDesk } from '../tasks/desk.ts';
import { type ThreadsGate, threadsFor } from '../threads/build.ts';
import { agentUser } from './agent-folders.ts';
import { Agents } from './agents.ts';
import { createHostTools } from './host-tools.ts';
import type { Installation } from './installation.ts';
import type { SandboxWatch } from './sandbox-choice.ts';
import { systemPrompt } from './system-prompt.ts';
import { capacityOf, wantedWarm } from './warm-policy.ts';

export type BuildAgentsDeps = {
  settings: Settings;
  paths: HomePaths;
  installation: Installation;
  sandbox: Sandbox;
  watch: SandboxWatch;
  model: Model;
  threads: ThreadsGate;
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
  const { settings, paths, installation, sandbox, watch, model, store, metrics, clock, log } = deps;
  const capacity = capacityOf(totalmem());
  return new Agents({
    paths,
    installation,
    settings: {
      timeZone: settings.TZ,
      devRunner: settings.DEV_MOUNT ? new URL('./runner.js', import.meta.url).pathname : null,
      user: agentUser(),
      limits: LIMITS,
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
    sandbox,
    async assertSandboxReady() {
      const check = await watch.check();
      if (!check.ok) throw new SandboxError(check.code, check.reason);
    },
    openBroker: (group, runDir, placeholder) =>
      startBroker({
        socketPath: `${runDir}/broker.sock`,
        group,
        placeholder,
        upstream: () => model.upstream(),
        threads: () => threadsFor(group, deps.threads),
        onRequest: ({ outcome, durationSeconds, tokens, ...record }) =>
          metrics.record({
            metric: 'egress',
            result: outcome,
            duration: durationSeconds,
            ...record,
            ...tokens,
          }),
      }),
    placeholderKind: () => model.placeholderKind(),
    runnerConfig: (group) => ({
      group: group.folder,
      isMain: group.folder === MAIN_FOLDER,
      assistantName: settings.ASSISTANT_NAME,
      systemPrompt: systemPrompt(group, settings.ASSISTANT_NAME),
      model: null,
      session: sessionToWarm(store, group.folder),
    }),
    onRequest: createHostTools({
      ...{ store, directory: deps.directory, channels: deps.channels, files: deps.files, desk: deps.desk },
      ...{ now: clock.now, deliver: deps.deliver, onTasksChanged: deps.onTasksChanged },
      groupPath: (folder) => paths.group(folder),
    }),
    onRecord: ({ group, result, seconds }) =>
      metrics.record({ metric: 'container', result, duration: seconds, group }),
    clock,
    log,
  });
}

/** The session that the group's next turn goes on with. */
function sessionToWarm(store: Store, folder: string) {
  const running = store.turns.runningIn(folder);
  return running ? store.turns.sessionOf(running) : store.turns.session(folder);
}
