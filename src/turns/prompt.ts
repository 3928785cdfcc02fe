/** The prompt in XML form. Everything people wrote is escaped: no message can pretend to be another one. */
import type { PromptFiles } from '../files/inbox.ts';
import type { StoredMessage } from '../store/journal.ts';
import { fitContext } from './select.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/gu, (char) => ESCAPES[char] ?? char);
}

/** @param files those that came with a message and where they are */
export function formatPrompt(
  messages: readonly StoredMessage[],
  files: PromptFiles,
  timeZone: string,
): string {
  const { kept, dropped } = fitContext(messages);
  const lines = kept.map((message) => {
    const { seq, id, senderName, timestamp, content } = message;
    const head = attributes({ id, sender: senderName, time: localTime(timestamp, timeZone) });
    const enclosed = (files.get(seq) ?? []).map((file) => `<file${attributes(file)}/>`).join('');
    return `<message${head}>${escapeXml(content)}${enclosed}</message>`;
  });
  if (dropped > 0) lines.unshift(`<left-out messages="${dropped}"/>`);
  return `<messages>\n${lines.join('\n')}\n</messages>`;
}

/** What a turn that is run again after an interruption is told, so that it goes on instead of repeating. */
export function formatResumption(prompt: string, sent: readonly string[]): string {
  return [
    `<interrupted replies-sent="${sent.length}">`,
    `You were interrupted while answering these messages. ${sent.length} of your replies reached the chat; the work done so far may stand.`,
    ...sent.map((text) => `<sent>${escapeXml(shorten(text))}</sent>`),
    'Go on from there. Do not repeat what was said or done.',
    '</interrupted>',
    prompt,
  ].join('\n');
}

const MB = 1024 ** 2;

/** An agent that may not write more has to know it, or it would try and be stopped. @param excess bytes */
export function formatFullFolder(prompt: string, excess: { used: number; limit: number }): string {
  const mb = (bytes: number) => String(Math.round(bytes / MB));
  const figures = attributes({ 'used-mb': mb(excess.used), 'limit-mb': mb(excess.limit) });
  const advice =
    'Your folder is over its limit: you are stopped if it grows. Say so, and delete what is not needed before you write anything.';
  return `<folder-full${figures}>${advice}</folder-full>\n${prompt}`;
}

/** Enough of a reply to know it by, characters. */
const SENT_SHOWN = 4000;

function shorten(text: string): string {
  return text.length <= SENT_SHOWN ? text : `${text.slice(0, SENT_SHOWN)} […]`;
}

function attributes(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
}

function localTime(timestamp: string, timeZone: string): string {
  return new Date(timestamp).toLocaleString('sv-SE', { timeZone, timeZoneName: 'short' });
}

/** Takes `<internal>…</internal>` out of a reply: the agent's notes to itself. An unclosed one hides the rest. */
export function stripInternal(text: string): string {
  return text.replace(/<internal>[\s\S]*?(<\/internal>|$)/gu, '').trim();
}
