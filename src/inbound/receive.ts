/**
 * The one way in for messages of every channel: decide whether it asks, store it durably, then wake its group.
 * A chat that is not registered leaves only the fact that it exists.
 */
import type { Logger } from 'pino';
import type { Inbound, Receipt } from '../channels/channel.ts';
import type { Group } from '../store/groups.ts';
import type { InboundMessage } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { buildTrigger, isPattern, isTriggered } from './trigger.ts';

export type ReceiveOptions = {
  store: Store;
  groupOf(jid: string): Group | undefined;
  assistantName: string;
  triggerPattern: string | undefined;
  /** Called after a message of the group is durable. */
  onStored(group: Group, asks: boolean): void;
  log: Logger;
};

export function createInbound(options: ReceiveOptions): Inbound {
  const { store, log } = options;
  const quietBefore = store.journal.quietBefore();
  return async (message) => {
    const group = options.groupOf(message.jid);
    const asks = group !== undefined && message.at >= quietBefore && asksAssistant(group, message, options);
    const receipt = await store.write((): Receipt => {
      store.journal.touchChat(message);
      if (!group) return { kind: 'unregistered' };
      return store.journal.append(message, asks) === null ? { kind: 'duplicate' } : { kind: 'stored', asks };
    });
    if (group && receipt.kind === 'stored') {
      log.info(
        { jid: message.jid, group: group.folder, id: message.id, asks, length: message.text.length },
        'New message',
      );
      options.onStored(group, asks);
    }
    return receipt;
  };
}

function asksAssistant(group: Group, message: InboundMessage, options: ReceiveOptions): boolean {
  if (!group.requiresTrigger) return true;
  // A pattern that can't be used (written into the database by hand) must not keep a message from being stored.
  const own = group.triggerPattern !== null && isPattern(group.triggerPattern) ? group.triggerPattern : null;
  const trigger = buildTrigger(options.assistantName, own ?? options.triggerPattern);
  return isTriggered(trigger, message.text);
}
