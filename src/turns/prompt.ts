/** The prompt in XML form. Everything people wrote is escaped: no message can pretend to be another one. */
import type { StoredMessage } from '../store/journal.ts';
import { fitContext } from './select.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/gu, (char) => ESCAPES[char] ?? char);
}

export function formatPrompt(messages: readonly StoredMessage[], timeZone: string): string {
  const { kept, dropped } = fitContext(messages);
  const lines = kept.map(
    (message) =>
      `<message id="${escapeXml(message.id)}" sender="${escapeXml(message.senderName)}" time="${localTime(message.timestamp, timeZone)}">${escapeXml(message.content)}</message>`,
  );
  if (dropped > 0) lines.unshift(`<left-out messages="${dropped}"/>`);
  return `<messages>\n${lines.join('\n')}\n</messages>`;
}

/** What a turn that is run again after an interruption is told, so that it goes on instead of repeating. */
export function formatResumption(prompt: string, repliesSent: number): string {
  return [
    `<interrupted replies-sent="${repliesSent}">`,
    `You were interrupted while answering these messages. ${repliesSent} of your replies reached the chat; the work done so far may stand.`,
    'Go on from there. Do not repeat what was said or done.',
    '</interrupted>',
    prompt,
  ].join('\n');
}

function localTime(timestamp: string, timeZone: string): string {
  return new Date(timestamp).toLocaleString('sv-SE', { timeZone, timeZoneName: 'short' });
}

/** Takes `<internal>…</internal>` out of a reply: the agent's notes to itself. An unclosed one hides the rest. */
export function stripInternal(text: string): string {
  return text.replace(/<internal>[\s\S]*?(<\/internal>|$)/gu, '').trim();
}
