/**
 * What the light model said in the agent's name has to reach the agent's session: it stands as context in front of
 * the next prompt. Everything people or models wrote is escaped, so none of it can pretend to be a message.
 */
import type { StoredMessage } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { escapeXml, formatPrompt } from '../turns/prompt.ts';
import { fitContext } from '../turns/select.ts';

/** A question with the talk around it, as it stands on record now, and the light model's answer. */
export type LightExchange = { messages: readonly StoredMessage[]; answer: string };

/** What stands in front of one prompt at most: the newest exchanges that fit, characters. */
export const EXCHANGES_LIMIT = 40_000;

/** What the group's session has not been told yet, for its next prompt; empty when there is nothing. */
export function tellLightExchanges(
  { lightHistory, journal }: Pick<Store, 'lightHistory' | 'journal'>,
  folder: string,
  timeZone: string,
): string {
  const exchanges = lightHistory.untold(folder).map(({ jid, fromSeq, uptoSeq, answer }) => ({
    messages: journal.range(jid, fromSeq - 1, uptoSeq),
    answer,
  }));
  return formatLightExchanges(exchanges, timeZone);
}

/** @returns empty when there is nothing to tell, so that it can be put in front of any prompt */
export function formatLightExchanges(exchanges: readonly LightExchange[], timeZone: string): string {
  const kept = newestWithin(exchanges.map(withoutOldTalk));
  if (kept.length === 0) return '';
  const dropped = exchanges.length - kept.length;
  return [
    '<answered-in-your-name>',
    'A smaller model answered these messages of this group for you since your last turn. They belong to the conversation; do not answer them again.',
    ...(dropped > 0 ? [`<left-out exchanges="${dropped}"/>`] : []),
    ...kept.map((exchange) => formatExchange(exchange, timeZone)),
    '</answered-in-your-name>',
    '',
  ].join('\n');
}

/** No files: what comes with one is never answered by the light model. */
function formatExchange({ messages, answer }: LightExchange, timeZone: string): string {
  const asked = formatPrompt(messages, new Map(), timeZone);
  return `<exchange>\n${asked}\n<answer>${escapeXml(answer)}</answer>\n</exchange>`;
}

function withoutOldTalk({ messages, answer }: LightExchange): LightExchange {
  return { messages: fitContext(messages, EXCHANGES_LIMIT / 2).kept, answer };
}

function newestWithin(exchanges: readonly LightExchange[]): LightExchange[] {
  let room = EXCHANGES_LIMIT;
  const firstOut = exchanges.findLastIndex(({ messages, answer }) => {
    room -= messages.reduce((sum, { content }) => sum + content.length, answer.length);
    return room < 0;
  });
  return exchanges.slice(firstOut + 1);
}
