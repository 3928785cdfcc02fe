/** One agent's broker with all that its group has: credentials, the way to the internet, the budget of the day. */
import { networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import { type Broker, type BrokerRecord, type EgressOptions, startBroker } from '../../broker/broker.ts';
import type { Lookup } from '../../broker/egress/types.ts';
import { costUsd } from '../../broker/prices.ts';
import type { RunnerConfig } from '../../contracts/link.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Model } from '../auth/model.ts';
import type { Clock } from '../clock.ts';
import type { ContainerConfigs } from '../groups/container-configs.ts';
import { type ThreadsGate, threadsFor } from '../threads/build.ts';
import { type DailyUsage, whySpent } from './daily-usage.ts';

export type OpenBrokerDeps = {
  configs: ContainerConfigs;
  usage: DailyUsage;
  lookup: Lookup;
  model: Model;
  threads: ThreadsGate;
  metrics: Pick<MetricsWriter, 'record'>;
  clock: Clock;
  log: Logger;
};

export function openBroker(
  deps: OpenBrokerDeps,
  group: string,
  runDir: string,
  placeholder: RunnerConfig['placeholder'],
): Promise<Broker> {
  const { configs, usage, model } = deps;
  return startBroker({
    socketPath: `${runDir}/broker.sock`,
    group,
    placeholder,
    upstream: () => model.upstream(),
    threads: () => threadsFor(group, deps.threads),
    egress: egressOf(deps, group),
    spent: () => {
      const read = configs.read(group);
      return read.ok ? whySpent(usage.today(group), read.config.budget) : null;
    },
    onRequest: (record) => recordRequest(deps, record),
    monotonic: deps.clock.monotonic,
  });
}

export function recordRequest(
  { usage, metrics }: Pick<OpenBrokerDeps, 'usage' | 'metrics'>,
  record: BrokerRecord,
): void {
  const { outcome, durationSeconds, tokens, model, ...labels } = record;
  const usd = tokens === null ? null : costUsd(tokens, model);
  if (tokens !== null) {
    const { input, output, cacheRead, cacheWrite } = tokens;
    usage.add(record.group, { usd: usd ?? 0, tokens: input + output + cacheRead + cacheWrite });
    usage.save(record.group);
  }
  const costs = tokens === null ? {} : { ...tokens, model, usd };
  metrics.record({ metric: 'egress', result: outcome, duration: durationSeconds, ...labels, ...costs });
}

function egressOf({ configs, usage, lookup, metrics, clock }: OpenBrokerDeps, group: string): EgressOptions {
  return {
    group,
    config: () => configs.egressOf(group),
    lookup,
    ownAddresses,
    bytes: {
      today: () => usage.today(group).bytes,
      add: (bytes) => usage.add(group, { bytes }),
    },
    onExchange({ outcome, durationSeconds, ...labels }) {
      if (labels.bytesIn + labels.bytesOut > 0) usage.save(group);
      metrics.record({ metric: 'egress', result: outcome, duration: durationSeconds, ...labels });
    },
    monotonic: clock.monotonic,
  };
}

/** Asked for each connection: interfaces come and go. */
function ownAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(all.map(({ address }) => address));
}
