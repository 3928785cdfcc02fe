/** What every channel is given: the ways in, and what it may know of the chats that are its own. */
import type { Logger } from 'pino';
import type { Channel, ChannelHost } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import { Commands } from '../commands/commands.ts';
import type { GroupDirectory } from '../groups/directory.ts';
import type { Life } from '../lifecycle/life.ts';
import type { Settings } from '../settings/settings.ts';
import type { Group } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import type { Lanes } from '../turns/lanes.ts';
import { newTurnId, type TurnLog } from '../turns/turn-log.ts';
import { createChanged } from './change.ts';
import { createInbound } from './receive.ts';

export type HostDeps = {
  settings: Settings;
  store: Store;
  directory: GroupDirectory;
  lanes: Lanes;
  turnLog: TurnLog;
  life: Life;
  deliver(jid: string): Promise<void>;
  clock: Clock;
  log: Logger;
};

export function createHost(deps: HostDeps): (channel: Channel) => ChannelHost {
  const { settings, store, directory, lanes, turnLog, clock, log } = deps;
  const operators = settings.OPERATOR_IDS;
  const rules = {
    assistantName: settings.ASSISTANT_NAME,
    triggerPattern: settings.TRIGGER_PATTERN,
    operators,
  };
  const groupOf = (jid: string) => directory.find(jid);
  const onAsked = (group: Group) => lanes.wake(group.folder);
  const onStop = (group: Group) => lanes.stopTurn(group.folder);
  const commands = new Commands({
    ...{
      store,
      turnLog,
      operators,
      groupOf,
      onStop,
      deliver: deps.deliver,
      now: clock.now,
      newId: newTurnId,
    },
    language: settings.NANOCLAW_LANG,
    timeZone: settings.TZ,
    facts: (folder) => factsOf(deps, folder),
  });
  const inbound = createInbound({ store, rules, commands, groupOf, onAsked, log });
  const changed = createChanged({ store, rules, turnLog, groupOf, onAsked, onStop, log });
  return (channel) => ({
    inbound,
    changed,
    command: commands.invoke,
    registered: () => directory.all().filter((group) => channel.owns(group.jid)),
    newestId: (jid) => store.journal.newestId(jid),
    unanswered: (jid) => store.questions.unanswered(jid),
    activeThreads: (jid, sinceMs) => store.journal.activeThreads(jid, sinceMs),
  });
}

function factsOf({ store, directory, life, clock }: HostDeps, folder: string) {
  const { journal, questions, turns } = store;
  const running = turns.runningIn(folder);
  const since = (jid: string) =>
    Math.max(journal.cursor(jid), running && running.jid === jid ? running.uptoSeq : 0);
  const chats = directory.inFolder(folder);
  return {
    uptimeSeconds: life.uptimeSeconds(),
    components: life.components(),
    workingMs: running ? Math.max(0, clock.now() - running.startedAt) : null,
    waiting: chats.reduce((sum, { jid }) => sum + questions.count(jid, since(jid)), 0),
  };
}
