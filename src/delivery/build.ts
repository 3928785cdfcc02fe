/** Puts the delivery together: its channels, its files, its record. */
import type { Logger } from 'pino';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Channel } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import type { OutgoingFiles } from '../files/outgoing.ts';
import type { GroupDirectory } from '../groups/directory.ts';
import type { Settings } from '../settings/settings.ts';
import { MAIN_FOLDER } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import { Delivery } from './delivery.ts';

export type BuildDeliveryDeps = {
  settings: Pick<Settings, 'NANOCLAW_LANG'>;
  store: Store;
  directory: GroupDirectory;
  channels: readonly Channel[];
  files: OutgoingFiles;
  metrics: MetricsWriter;
  clock: Clock;
  log: Logger;
};

export function buildDelivery(deps: BuildDeliveryDeps): Delivery {
  const { settings, store, directory, channels, files, metrics, clock, log } = deps;
  return new Delivery({
    ...{ store, channels, files, clock, log },
    mainChats: () => directory.inFolder(MAIN_FOLDER).map(({ jid }) => jid),
    language: settings.NANOCLAW_LANG,
    answersOf: (turn) => store.turns.answers(turn),
    onRecord: ({ result, seconds, channel }) =>
      metrics.record({ metric: 'delivery', result, duration: seconds, channel }),
  });
}
