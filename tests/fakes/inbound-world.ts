/** A chat of a team and the ways into it, with what they ask of others noted. */
import { Commands } from '../../src/commands/commands.ts';
import { createChanged } from '../../src/inbound/change.ts';
import { createInbound } from '../../src/inbound/receive.ts';
import type { Group } from '../../src/store/groups.ts';
import type { Store } from '../../src/store/store.ts';
import { newTurnId, TurnLog } from '../../src/turns/turn-log.ts';
import { aGroup, aMessage } from './records.ts';
import { SILENT as log } from './task-world.ts';

export const TEAM = aGroup({ jid: 'C1', name: 'team', folder: 'team', requiresTrigger: true });

export function openInbound(store: Store, groups: Group[] = [TEAM], operators: string[] = []) {
  const noted: string[] = [];
  const groupOf = (jid: string) => groups.find((group) => group.jid === jid);
  const onStop = ({ folder }: Group) => noted.push(`stop ${folder}`);
  const onAsked = ({ folder }: Group) => noted.push(`asked ${folder}`);
  const turnLog = new TurnLog({ store, now: () => 0, newId: newTurnId, language: 'en' });
  const rules = { assistantName: '폴', triggerPattern: undefined, operators };
  const commands = new Commands({
    ...{ store, turnLog, groupOf, operators, onStop, language: 'ko', timeZone: 'UTC' },
    facts: () => ({ uptimeSeconds: 3700, components: [], workingMs: null, waiting: 0 }),
    deliver: async (jid) => void noted.push(`deliver ${jid}`),
    now: () => 0,
    newId: newTurnId,
  });
  const inbound = createInbound({ store, rules, commands, groupOf, onAsked, log });
  const changed = createChanged({ store, rules, turnLog, groupOf, onAsked, onStop, log });
  const group = groups[0] ?? TEAM;
  const startTurn = () => turnLog.openNext(group);
  return { inbound, changed, commands, noted, startTurn, turnLog };
}

export const inTeam = (id: string, text: string, over = {}) =>
  aMessage({ jid: 'C1', channel: 'slack', id, text, ...over });

export const teamRows = (store: Store) =>
  store.journal.range('C1', 0).map(({ id, content, asks }) => ({ id, content, asks }));
