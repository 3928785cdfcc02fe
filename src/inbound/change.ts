/**
 * What people do to messages they have written. A message counts as it is when the assistant begins to work on it:
 * an edit before that is taken in, one after that changes only the record. Two things count later too: an edit that
 * calls the assistant for the first time asks anew, and a deleted question ends the work on it.
 */
import type { Logger } from 'pino';
import type { ChannelHost, MessageChange } from '../channels/channel.ts';
import type { KnownMessage } from '../store/changes.ts';
import type { Group } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import type { TurnLog } from '../turns/turn-log.ts';
import { calls, type Rules } from './judge.ts';
import { mayAsk } from './senders.ts';

export type ChangeOptions = {
  store: Store;
  rules: Rules;
  turnLog: Pick<TurnLog, 'applyInWrite'>;
  groupOf(jid: string): Group | undefined;
  /** A message asks now that did not before. */
  onAsked(group: Group): void;
  /** The running turn of this group is to be ended; that is on record. */
  onStop(group: Group): void;
  log: Logger;
};

type Edit = Extract<MessageChange, { kind: 'edited' }>;
/** What is to follow once the write is durable. */
type Next = 'nothing' | 'asked' | 'stop';

export function createChanged(options: ChangeOptions): ChannelHost['changed'] {
  const { store, log } = options;
  return async (change) => {
    const { jid, id, kind } = change;
    const group = options.groupOf(jid);
    if (!group) return;
    const next = await store.write((): Next => {
      const known = store.changes.find(jid, id);
      if (!known) return 'nothing';
      return change.kind === 'edited'
        ? edit(options, group, known, change)
        : remove(options, group, change, known);
    });
    log.info({ jid, group: group.folder, id, next }, `Message ${kind}`);
    if (next === 'asked') options.onAsked(group);
    if (next === 'stop') options.onStop(group);
  };
}

function edit({ store, rules }: ChangeOptions, group: Group, known: KnownMessage, change: Edit): Next {
  const { seq, asks, editedAt } = known;
  const { jid, text, at } = change;
  if (editedAt !== null && editedAt >= at) return 'nothing';
  // Bots edit what they are still writing: that takes no question of theirs back, and makes none.
  const isHeard = known.fromBot === 0 || asks === 1;
  const isCalled = isHeard && mayAsk(group, known, rules.operators) && calls(group, change, rules);
  if (!isTaken(store, group, jid, seq)) {
    store.changes.edit(seq, text, isCalled, at);
    return isCalled ? 'asked' : 'nothing';
  }
  if (asks === 0 && isCalled) {
    // The turn that has it goes on with the words it has: with the new ones it would be asked twice.
    store.changes.repeat(seq, text, at);
    return 'asked';
  }
  store.changes.edit(seq, text, asks === 1, at);
  return 'nothing';
}

function remove(
  { store, turnLog }: ChangeOptions,
  group: Group,
  { jid, id }: MessageChange,
  { seq }: KnownMessage,
): Next {
  store.changes.withdraw(jid, id);
  const turn = store.turns.runningIn(group.folder);
  if (!turn || !holds(turn, jid, seq)) return 'nothing';
  const left = store.journal.range(jid, turn.fromSeq - 1, turn.uptoSeq);
  if (left.some((message) => message.asks === 1)) return 'nothing';
  turnLog.applyInWrite(turn, { type: 'stop_asked', reason: 'withdrawn' });
  return 'stop';
}

/** Whether a turn has this message, or had it. */
function isTaken(store: Store, group: Group, jid: string, seq: number): boolean {
  if (seq <= store.journal.cursor(jid)) return true;
  const turn = store.turns.runningIn(group.folder);
  return turn !== null && holds(turn, jid, seq);
}

function holds(turn: Turn, jid: string, seq: number): boolean {
  return turn.jid === jid && turn.fromSeq <= seq && seq <= turn.uptoSeq;
}
