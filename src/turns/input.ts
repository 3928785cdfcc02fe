/** What an agent is given for a turn: messages of people, or the prompt of a task. On the link a message is its row. */
import type { AgentInput } from '../../contracts/link.ts';
import type { TaskRecord } from '../../contracts/tasks.ts';
import type { Clock } from '../clock.ts';
import type { PromptFiles } from '../files/inbox.ts';
import type { Group } from '../store/groups.ts';
import type { StoredMessage } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import { formatHandedOver, formatTaskPrompt, localTime } from '../tasks/prompt.ts';
import { formatPrompt } from './prompt.ts';

export type InputDeps = { store: Store; clock: Clock; timeZone: string };

/** Messages that a turn has taken, as they are now. */
export function messagesOf({ jid, fromSeq, uptoSeq }: Turn, { journal }: Store): StoredMessage[] {
  return journal.range(jid, fromSeq - 1, uptoSeq);
}

/** Null when there are none. */
export function messagesInput(
  messages: readonly StoredMessage[],
  files: PromptFiles,
  { timeZone }: InputDeps,
): AgentInput | null {
  if (messages.length === 0) return null;
  return {
    messages: messages.map(({ seq }) => String(seq)),
    prompt: formatPrompt(messages, files, timeZone),
  };
}

/** @param worker as whom the agent works: of another chat than the task's where it was handed over. Null when the task is gone. */
export function taskInput(
  turn: Turn,
  worker: Group,
  { store, clock, timeZone }: InputDeps,
): AgentInput | null {
  const task = taskOf(turn, store);
  if (!task) return null;
  const now = localTime(clock.now(), task.timeZone ?? timeZone);
  const prompt = task.jid === worker.jid ? formatTaskPrompt(task, now) : formatHandedOver(task, now);
  return { messages: [`task:${task.id}`], prompt };
}

export function taskOf({ task }: Turn, { tasks }: Store): TaskRecord | null {
  return task && tasks.ofRun(task.run);
}
