/**
 * A bulletin as a Discord webhook message: one embed, the mention outside of it. Pure; the result is data for
 * JSON.stringify, so no text can break it.
 */

import { type Bulletin, truncate } from './bulletin.ts';
import { discordMention } from './mention.ts';

/** Discord's limits: title 256, description 4096, field name 256 and value 1024, footer 2048; 6000 in all. */
const LIMITS = { title: 256, description: 4096, name: 256, value: 1024, footer: 2048, total: 6000 } as const;
const COLORS: Record<Bulletin['kind'], number> = {
  page: 0xd92d20,
  repage: 0xd92d20,
  resolved: 0x12a150,
  notice: 0x2e90fa,
};

/** @param mention who is rung; null for a message that must not ring */
export function discordMessage(bulletin: Bulletin, mention: string | null): object {
  return { ...discordMention(mention), embeds: [embed(bulletin)] };
}

/** What is new of a message that stands already; nobody is rung by an edit. */
export function discordEdit(bulletin: Bulletin): object {
  return { allowed_mentions: { parse: [] }, embeds: [embed(bulletin)] };
}

function embed({ kind, title, cause, detail, fields, footer, at }: Bulletin): object {
  const rest = {
    title: truncate(title, LIMITS.title),
    fields: fields.map(({ name, value, inline }) => ({
      name: truncate(name, LIMITS.name),
      value: truncate(value, LIMITS.value),
      inline,
    })),
    footer: { text: truncate(footer, LIMITS.footer) },
  };
  const texts = [rest.title, rest.footer.text, ...rest.fields.flatMap(({ name, value }) => [name, value])];
  const used = texts.reduce((sum, text) => sum + text.length, 0);
  // The detail is the one text without a length of its own: it gets what the others leave.
  const room = Math.min(LIMITS.description, LIMITS.total - used);
  const description = truncate(`**${cause}**\n${detail}`, room);
  return { ...rest, description, color: COLORS[kind], timestamp: new Date(at).toISOString() };
}
