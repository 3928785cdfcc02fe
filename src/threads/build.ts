/** Puts the Threads token together, and the one way in which agents and the host get at it: the broker. */
import type { Logger } from 'pino';
import { callThreads } from '../../broker/threads-call.ts';
import type { BrokerRecord, ThreadsUpstream } from '../../broker/types.ts';
import { Upstreams } from '../../broker/upstream.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import type { ContainerConfigs } from '../groups/container-configs.ts';
import type { GroupDirectory } from '../groups/directory.ts';
import { wordsFor } from '../inbound/judge.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { ThreadsGraph } from './graph.ts';
import { ThreadsPosts } from './posts.ts';
import { Publishing } from './publishing.ts';
import { ThreadsTokens } from './tokens.ts';

export type BuildThreadsDeps = {
  settings: Pick<Settings, 'THREADS_ACCESS_TOKEN' | 'THREADS_API_URL'>;
  paths: Pick<HomePaths, 'threadsState' | 'env'>;
  metrics: Pick<MetricsWriter, 'record'>;
  clock: Clock;
  log: Logger;
};

export function buildThreadsTokens({
  settings,
  paths,
  metrics,
  clock,
  log,
}: BuildThreadsDeps): ThreadsTokens {
  return new ThreadsTokens({
    graph: new ThreadsGraph({ baseUrl: settings.THREADS_API_URL, now: clock.now }),
    statePath: paths.threadsState,
    envPath: paths.env,
    envToken: settings.THREADS_ACCESS_TOKEN,
    clock,
    log,
    onRecord: ({ seconds, ...labels }) =>
      metrics.record({ metric: 'auth_refresh', duration: seconds, provider: 'threads', ...labels }),
  });
}

export type ThreadsGate = {
  tokens: Pick<ThreadsTokens, 'current'>;
  /** Base address of the API. */
  baseUrl: string;
  /** Whether a group's agents may speak to Threads at all. */
  mayUseThreads(folder: string): boolean;
};

/** What the broker may do with a Threads request for a group; asked for each one. */
export async function threadsFor(folder: string, gate: ThreadsGate): Promise<ThreadsUpstream> {
  if (!gate.mayUseThreads(folder)) return { kind: 'refused', reason: 'This group may not use Threads.' };
  const token = gate.tokens.current();
  if (token !== null) return { kind: 'http', baseUrl: gate.baseUrl, token };
  return { kind: 'refused', reason: 'There is no valid Threads token. Run: bash scripts/threads-oauth.sh' };
}

/** The group that the operator's documents make for Threads; it needs no word in its configuration. */
const THREADS_FOLDER = 'threads';

export function threadsGate(
  settings: Pick<Settings, 'THREADS_API_URL'>,
  tokens: Pick<ThreadsTokens, 'current'>,
  configs: Pick<ContainerConfigs, 'read'>,
): ThreadsGate {
  const mayUseThreads = (folder: string) => {
    const read = configs.read(folder);
    return read.ok && (read.config.threads ?? folder === THREADS_FOLDER);
  };
  return { tokens, baseUrl: settings.THREADS_API_URL, mayUseThreads };
}

export type BuildPublishingDeps = {
  settings: Pick<Settings, 'ASSISTANT_NAME' | 'TRIGGER_PATTERN' | 'OPERATOR_IDS' | 'NANOCLAW_LANG'>;
  store: Store;
  directory: Pick<GroupDirectory, 'find'>;
  threads: ThreadsGate;
  clock: Pick<Clock, 'monotonic'>;
  onRequest(record: BrokerRecord): void;
};

export function buildPublishing(deps: BuildPublishingDeps): Publishing {
  const { settings, store, directory, threads, clock, onRequest } = deps;
  const {
    ASSISTANT_NAME: assistantName,
    TRIGGER_PATTERN: triggerPattern,
    OPERATOR_IDS: operators,
  } = settings;
  const way = {
    upstream: (group: string) => threadsFor(group, threads),
    upstreams: new Upstreams(),
    ...{ onRequest, monotonic: clock.monotonic },
  };
  const posts = new ThreadsPosts((call) => callThreads(call, way));
  return new Publishing({
    ...{ store, assistantName, language: settings.NANOCLAW_LANG },
    mayUseThreads: threads.mayUseThreads,
    publish: (folder, post) => posts.publish(folder, post),
    wordsFor(jid, text) {
      const group = directory.find(jid);
      return group ? wordsFor(group, text, { assistantName, triggerPattern, operators }) : text;
    },
  });
}
