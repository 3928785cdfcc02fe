/**
 * What the light model said in the agent's name has to reach the agent's session: it stands as context in front of
 * the next prompt. Everything people or models wrote is escaped, so none of it can pretend to be a message.
 */
import { escapeXml } from '../turns/prompt.ts';

export type LightExchange = {
  /** Rises within the group. */
  seq: number;
  sender: string;
  question: string;
  answer: string;
};

/** Where the exchanges wait that the group's session does not know yet. Both writes are part of the caller's own. */
export interface LightHistory {
  /** In the write that stores the light answer and ends its turn. */
  note(folder: string, exchange: Omit<LightExchange, 'seq'>): void;
  /** Oldest first. */
  unseen(folder: string): readonly LightExchange[];
  /** In the write that ends the agent's turn whose prompt held them; an interrupted turn gets them again. */
  seen(folder: string, uptoSeq: number): void;
}

/** What stands in front of one prompt at most: the newest exchanges that fit, characters. */
export const EXCHANGES_LIMIT = 20_000;

/** @returns empty when there is nothing to tell, so that it can be put in front of any prompt */
export function formatLightExchanges(exchanges: readonly LightExchange[]): string {
  const kept = newestWithin(exchanges);
  if (kept.length === 0) return '';
  const dropped = exchanges.length - kept.length;
  return [
    '<answered-in-your-name>',
    'A smaller model answered these messages of this chat for you since your last turn. They belong to the conversation; do not answer them again.',
    ...(dropped > 0 ? [`<left-out exchanges="${dropped}"/>`] : []),
    ...kept.map(formatLightExchange),
    '</answered-in-your-name>',
    '',
  ].join('\n');
}

export function formatLightExchange({ sender, question, answer }: Omit<LightExchange, 'seq'>): string {
  return `<exchange><question sender="${escapeXml(sender)}">${escapeXml(question)}</question><answer>${escapeXml(answer)}</answer></exchange>`;
}

function newestWithin(exchanges: readonly LightExchange[]): LightExchange[] {
  let room = EXCHANGES_LIMIT;
  const firstOut = exchanges.findLastIndex(({ question, answer }) => {
    room -= question.length + answer.length;
    return room < 0;
  });
  return exchanges.slice(firstOut + 1);
}
