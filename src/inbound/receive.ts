/**
 * The one way in for messages of every channel: judge it, store it durably, then wake its group. A command is
 * answered in the same write that stores it. A chat that is not registered leaves only the fact that it exists.
 */
import type { Logger } from 'pino';
import type { Inbound, Receipt } from '../channels/channel.ts';
import type { Commands } from '../commands/commands.ts';
import type { Group } from '../store/groups.ts';
import type { InboundMessage } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { BOT_LIMIT, judge, type Rules, type Verdict } from './judge.ts';

export type ReceiveOptions = {
  store: Store;
  rules: Rules;
  commands: Pick<Commands, 'answer' | 'settle'>;
  groupOf(jid: string): Group | undefined;
  /** Called after a message that asks is durable. */
  onAsked(group: Group): void;
  log: Logger;
};

export function createInbound(options: ReceiveOptions): Inbound {
  const { store, rules, commands } = options;
  const quietBefore = store.journal.quietBefore();
  return async (message) => {
    const group = options.groupOf(message.jid);
    const stored = await store.write((): Stored => {
      if (!group) {
        store.journal.touchChat(message);
        return { receipt: { kind: 'unregistered' } };
      }
      const botsInARow = message.fromBot ? store.questions.botsInARow(message.jid, BOT_LIMIT) : 0;
      const verdict = judge(group, message, { ...rules, quietBefore }, botsInARow);
      return { verdict, receipt: keep(options, group, message, verdict) };
    });
    const { verdict, receipt } = stored;
    if (group && verdict && receipt.kind === 'stored') {
      logStored(options.log, message, group, verdict);
      if (verdict.kind === 'asks') options.onAsked(group);
      if (verdict.kind === 'command') commands.settle(verdict, group);
    }
    return receipt;
  };
}

/** `verdict` is absent in a chat that is not registered. */
type Stored = { verdict?: Verdict; receipt: Receipt };

/** To be called inside a write. */
function keep(
  { store, commands }: ReceiveOptions,
  group: Group,
  message: InboundMessage,
  verdict: Verdict,
): Receipt {
  if (verdict.kind === 'ignore') return { kind: 'ignored' };
  store.journal.touchChat(message);
  const kind = { asks: verdict.kind === 'asks', isCommand: verdict.kind === 'command' };
  const seq = store.journal.append(message, kind);
  if (seq === null) return { kind: 'duplicate' };
  if (verdict.kind === 'command') commands.answer({ ...verdict, group, thread: message.thread, seq });
  return { kind: 'stored', ...kind };
}

function logStored(log: Logger, message: InboundMessage, { folder: group }: Group, verdict: Verdict): void {
  const { jid, id, text, files } = message;
  log.info({ jid, group, id, is: verdict.kind, length: text.length, files: files.length }, 'New message');
}
