/** What the router goes by: the words of a turn, and what was said in its chat before. Only reads. */
import type { StoredMessage } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Replied } from '../store/talk.ts';
import type { Turn } from '../store/turns.ts';
import type { PromptFeatures } from './decide/decision.ts';
import type { PastMessage } from './light/request.ts';

export type ReadTurn = {
  features: PromptFeatures;
  /** The chat's recent conversation, oldest first, without the question. */
  history(): PastMessage[];
};

type Records = Pick<Store, 'changes' | 'journal' | 'talk'>;

/** More than the light model is shown, since some may be too long. */
const RECENT = 20;
/** So long after an agent has spoken a short question is likely about what it said, milliseconds. */
const FOLLOW_UP_MS = 30 * 60_000;
/** Also without its sign: Korean often asks by the verb alone. */
const ENDS_WITH_QUESTION = /(?:[?？][\s"'”’)\]*_~]*|(?:까|나|가|래|지)요[\s.!~*]*)$/u;

/** @param now wall clock, milliseconds */
export function readTurn(store: Records, turn: Turn, names: readonly string[], now: number): ReadTurn {
  const { jid, fromSeq, uptoSeq } = turn;
  const messages = store.journal.range(jid, fromSeq - 1, uptoSeq);
  const asking = messages.filter(({ asks }) => asks === 1);
  const replies = store.talk.replied(jid, RECENT);
  const here = replies.filter(({ thread }) => thread === turn.thread);
  return {
    features: {
      text: asking.map(({ content }) => content).join('\n'),
      questions: asking.length,
      attachments: messages.reduce((sum, { files }) => sum + files.length, 0),
      origin: turn.task ? 'task' : 'person',
      awaitsAnswer: isOpenQuestion(here.at(-1)),
      inAgentThread: isInAgentThread(store, turn, asking),
      followsAgent: here.some(({ byAgent, at }) => byAgent && now - at < FOLLOW_UP_MS),
      names,
    },
    history: () => historyOf(store, turn, asking[0]?.seq ?? fromSeq, replies),
  };
}

/** What the light model asks is small talk; an answer to the agent belongs to its work. */
function isOpenQuestion(last: Replied | undefined): boolean {
  return last?.byAgent === true && ENDS_WITH_QUESTION.test(last.body);
}

/** On Slack a message in a channel begins a thread of its own name; only what was written into an older one counts. */
function isInAgentThread(
  { changes, talk }: Records,
  { jid, thread }: Turn,
  asking: readonly StoredMessage[],
): boolean {
  if (thread === null || asking.every(({ id }) => id === thread)) return false;
  // A thread below a message that nobody wrote is one below ours.
  return talk.hasAgentIn(jid, thread) || changes.find(jid, thread) === null;
}

/** By time: people's words and ours are rows of different tables. A clock that is a little off costs nothing here. */
function historyOf(
  store: Records,
  { jid }: Turn,
  beforeSeq: number,
  replies: readonly Replied[],
): PastMessage[] {
  const heard = store.talk.heardBefore(jid, beforeSeq, RECENT).map(({ senderName, content, timestamp }) => ({
    at: Date.parse(timestamp),
    said: { role: 'user' as const, text: `${senderName}: ${content}` },
  }));
  const replied = replies.map(({ at, body }) => ({ at, said: { role: 'assistant' as const, text: body } }));
  return [...heard, ...replied].sort((a, b) => a.at - b.at).map(({ said }) => said);
}
