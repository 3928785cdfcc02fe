/** Groups, messages and turns as tests need them: whole, and with only what matters said. */
import type { TaskRecord } from '../../contracts/tasks.ts';
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
  return {
    id: 'turn1',
    ...place,
    fromSeq: 1,
    uptoSeq: 1,
    attempts: 0,
    failures: 0,
    stop: null,
    task: null,
    ...over,
  };
}

export function aTask(over: Partial<TaskRecord> = {}): TaskRecord {
  const place = { folder: 'main', jid: 'local:main', thread: null };
  const schedule = { type: 'cron', value: '0 9 * * *', timeZone: 'UTC', context: 'isolated' } as const;
  const course = { status: 'active', lastRun: null, lastResult: null, failures: 0 } as const;
  const times = { nextRun: '2026-01-02T09:00:00.000Z', createdAt: '2026-01-01T00:00:00.000Z' };
  return { id: 'task1', ...place, prompt: 'look at the weather', ...schedule, ...course, ...times, ...over };
}
