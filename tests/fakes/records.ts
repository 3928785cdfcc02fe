/** Groups, messages and turns as tests need them: whole, and with only what matters said. */
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import type { Turn } from '../../src/store/turns.ts';

export function aGroup(over: Partial<Group> = {}): Group {
  const names = { jid: 'local:main', name: 'main', folder: 'main' };
  const rules = { triggerPattern: null, requiresTrigger: false, senders: null, bots: 'ignore' } as const;
  return { ...names, ...rules, addedAt: 0, ...over };
}

export function aMessage(over: Partial<InboundMessage> = {}): InboundMessage {
  const place = { jid: 'local:main', channel: 'local', chatName: 'main', isGroup: false, thread: null };
  const sender = { sender: 'kim', senderName: 'Kim', mentioned: false, fromBot: false };
  return { ...place, ...sender, id: 'm1', text: 'hi', files: [], at: 0, ...over };
}

export function aTurn(over: Partial<Turn> = {}): Turn {
  const place = { folder: 'main', jid: 'local:main', thread: null };
  return { id: 'turn1', ...place, fromSeq: 1, uptoSeq: 1, attempts: 0, failures: 0, stop: null, ...over };
}
