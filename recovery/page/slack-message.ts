/** A bulletin as a message for Slack's incoming webhooks: mrkdwn in sections. Pure. */

import { type Bulletin, truncate } from './bulletin.ts';
import { slackMention } from './mention.ts';

/** Slack's limit for the text of a section block. Escaping makes a text longer, so it is cut after that. */
const SECTION_LIMIT = 3000;

/** @param mention who is rung; null for a message that must not ring */
export function slackMessage(bulletin: Bulletin, mention: string | null): object {
  const { title, cause, detail, fields, footer } = bulletin;
  const ring = slackMention(mention);
  const head = `${ring === '' ? '' : `${ring} `}*${escapeText(title)}*\n*${escapeText(cause)}*`;
  const sections = [
    head,
    escapeText(detail),
    ...fields.map(({ name, value }) => `*${escapeText(name)}*\n${escapeText(value)}`),
    `_${escapeText(footer)}_`,
  ];
  return {
    // Shown by notifications, and where blocks are not.
    text: truncate(head, SECTION_LIMIT),
    blocks: sections
      .filter((text) => text !== '')
      .map((text) => ({ type: 'section', text: { type: 'mrkdwn', text: cutEscaped(text) } })),
  };
}

/** Slack's three control characters; `<!everyone>` becomes plain text by it. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A cut may leave the begin of an escape behind: it goes too. */
function cutEscaped(text: string): string {
  return truncate(text, SECTION_LIMIT).replace(/&[a-z]{0,3}\u2026$/, '…');
}
