/** What a message of a registered chat is to us, by the rules of its group. Pure. */
import { type CommandName, parseCommand } from '../commands/parse.ts';
import type { Group } from '../store/groups.ts';
import type { InboundMessage } from '../store/journal.ts';
import { mayAsk, mayCommand } from './senders.ts';
import { buildTrigger, isPattern, isTriggered, withoutTrigger } from './trigger.ts';

export type Rules = {
  assistantName: string;
  triggerPattern: string | undefined;
  /** OPERATOR_IDS. */
  operators: readonly string[];
};

export type Verdict =
  /** Not even stored. */
  | { kind: 'ignore' }
  /** Stored as part of the conversation; nobody waits for an answer. */
  | { kind: 'context' }
  | { kind: 'asks' }
  | { kind: 'command'; name: CommandName; allowed: boolean };

/** What is true of this moment rather than of the group. */
export type Circumstances = Rules & {
  /** What was said before was answered by a database that is lost, wall clock, milliseconds; 0 = nothing was lost. */
  quietBefore: number;
};

/** @param botsInARow how many of the latest questions in this chat came from bots without a person between them */
export function judge(
  group: Group,
  message: InboundMessage,
  rules: Circumstances,
  botsInARow: number,
): Verdict {
  const isHeard = message.fromBot ? group.bots : 'ask';
  if (isHeard === 'ignore') return { kind: 'ignore' };
  if (message.at < rules.quietBefore) return { kind: 'context' };
  const trigger = triggerOf(group, rules);
  const isCalled = message.mentioned || !group.requiresTrigger || isTriggered(trigger, message.text);
  if (!isCalled || isHeard === 'context') return { kind: 'context' };
  if (message.fromBot && botsInARow >= BOT_LIMIT) return { kind: 'context' };
  const name = message.fromBot ? null : parseCommand(withoutTrigger(trigger, message.text));
  if (name) return { kind: 'command', name, allowed: mayCommand(name, group, message, rules.operators) };
  return mayAsk(group, message, rules.operators) ? { kind: 'asks' } : { kind: 'context' };
}

/** Whether a text asks, as `judge` would say: for edits, where only the text is known. */
export function calls(group: Group, change: { text: string; mentioned: boolean }, rules: Rules): boolean {
  return change.mentioned || !group.requiresTrigger || isTriggered(triggerOf(group, rules), change.text);
}

/** Two bots that answer each other would go on for ever. */
export const BOT_LIMIT = 3;

/** What is left of a message of this group once the call of the assistant is taken off. */
export function wordsFor(group: Group, text: string, rules: Rules): string {
  return withoutTrigger(triggerOf(group, rules), text);
}

/** A pattern that can't be used (written into the database by hand) must not keep a message from being stored. */
function triggerOf({ triggerPattern: own }: Group, { assistantName, triggerPattern }: Rules): RegExp {
  return buildTrigger(assistantName, own !== null && isPattern(own) ? own : triggerPattern);
}
