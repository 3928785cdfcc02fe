/** `chat --once`: one message, its replies, the end. */
import type { LocalPost } from '../../../contracts/local-chat.ts';
import { advance, beginConversation, type Effect, type Happening } from './conversation.ts';
import { deliver, follow, type Persistence } from './persist.ts';

export type OnceOutcome = 'answered' | 'not_asked' | 'not_sent' | 'no_reply';

/**
 * @param deadline aborts when the person's patience ends
 * @throws RefusedError
 */
export async function converse(
  persistence: Persistence,
  message: LocalPost,
  print: (text: string) => void,
  deadline: AbortSignal,
): Promise<OnceOutcome> {
  const posted = await deliver(persistence, message, deadline);
  if (posted === null) return 'not_sent';
  if (posted.asks === false) return 'not_asked';
  const over = new AbortController();
  const signal = AbortSignal.any([deadline, over.signal]);
  const isDone = await readReplies(persistence, message, print, signal);
  over.abort();
  return isDone ? 'answered' : 'no_reply';
}

/** Starts at the chat's beginning: the answer may have come between a lost response and the repeated post. */
async function readReplies(
  persistence: Persistence,
  message: LocalPost,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  let state = beginConversation(message.id);
  const finished = new AbortController();
  const reading = AbortSignal.any([signal, finished.signal]);
  let quiet = new AbortController();
  const take = (happening: Happening): void => {
    const [next, effects] = advance(state, happening);
    state = next;
    for (const effect of effects) carryOut(effect);
  };
  const carryOut = (effect: Effect): void => {
    if (effect.type === 'print') return print(effect.text);
    if (effect.type === 'done') return finished.abort();
    quiet.abort();
    quiet = new AbortController();
    const stillQuiet = AbortSignal.any([quiet.signal, reading]);
    void persistence.pause(effect.ms, stillQuiet).then(() => stillQuiet.aborted || take({ type: 'quiet' }));
  };
  for await (const event of follow(persistence, message.chat, 0, reading)) take(event);
  return finished.signal.aborted;
}
