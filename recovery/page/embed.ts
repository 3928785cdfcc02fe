/**
 * A notice as a Discord webhook message: one embed, the mention outside of it, and nobody mentioned but the one
 * configured. Pure; the result is data for JSON.stringify, so no text can break it.
 */
import type { PageNotice } from '../../contracts/action.ts';
import { type Language, PAGE_TEXTS, type PageTexts } from './texts.ts';

export type EmbedContext = {
  language: Language;
  timeZone: string;
  /** `<@id>`, `<@&id>`, or null for no mention. */
  mention: string | null;
  /** Where the incident's record lies. */
  recordPath: string;
  maybeRepeated: boolean;
};

/** Discord's limits for embeds: title 256, description 4096, field value 1024, footer 2048 characters. */
const LIMITS = { title: 256, description: 4096, field: 1024, footer: 2048 } as const;
const COLORS = { page: 0xd92d20, repage: 0xd92d20, resolved: 0x12a150, notice: 0x3b82f6 } as const;
/** Discord's flag for a role mention is `&`; everything else after `<@` is a user. */
const MENTION = /^<@(&?)(\d{5,25})>$/;

export function buildMessage(notice: PageNotice, context: EmbedContext): object {
  const texts = PAGE_TEXTS[context.language];
  const mention = context.mention === null ? null : MENTION.exec(context.mention);
  const footer = `${texts.incident} ${notice.incident}${context.maybeRepeated ? ` · ${texts.maybeRepeated}` : ''}`;
  return {
    content: mention ? mention[0] : '',
    allowed_mentions: allowedMentions(mention),
    embeds: [
      {
        title: truncate(texts.title[notice.kind], LIMITS.title),
        description: truncate(
          `**${texts.cause[notice.cause]}**\n${defuse(notice.detail)}`,
          LIMITS.description,
        ),
        color: COLORS[notice.kind],
        timestamp: new Date(notice.at).toISOString(),
        fields: fields(notice, context, texts),
        footer: { text: truncate(footer, LIMITS.footer) },
      },
    ],
  };
}

function allowedMentions(mention: RegExpExecArray | null): object {
  if (!mention) return { parse: [] };
  const [, role, id] = mention;
  return role === '&' ? { parse: [], roles: [id] } : { parse: [], users: [id] };
}

function fields(notice: PageNotice, context: EmbedContext, texts: PageTexts): object[] {
  const tiers = notice.tiers.map(
    ({ tier, state }) => `${texts.tierState[state]} ${tier} ${texts.tier[tier]}`,
  );
  const shown: [string, string, boolean][] = [
    [texts.since, localTime(notice.faultAt, context), true],
    [texts.elapsed, elapsed(notice.at - notice.faultAt), true],
    [texts.tiers, tiers.join('\n'), false],
    [texts.log, `\`${context.recordPath}\``, false],
  ];
  if (notice.kind !== 'resolved') shown.push([texts.type, commands(notice.incident), false]);
  return shown.map(([name, value, inline]) => ({ name, value: truncate(value, LIMITS.field), inline }));
}

function commands(incident: string): string {
  const lines = [`nanoclaw incidents show ${incident}`, 'journalctl -u nanoclaw -n 100', 'nanoclaw logs'];
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function localTime(at: number, { language, timeZone }: EmbedContext): string {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  const format = { dateStyle: 'medium', timeStyle: 'long' } as const;
  try {
    return new Intl.DateTimeFormat(locale, { ...format, timeZone }).format(at);
  } catch {
    return new Date(at).toISOString(); // the configured zone does not exist
  }
}

/** `45s`, `12m 5s`, `3h 7m`. */
export function elapsed(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (hours > 0) return `${hours}h ${minutes}m`;
  return minutes > 0 ? `${minutes}m ${seconds}s` : `${seconds}s`;
}

/** Shows `@everyone` and mentions as plain text: a zero-width space after the `@`. */
function defuse(text: string): string {
  return text.replaceAll('@', '@\u200b');
}

/** Cuts between code points, never inside one. Discord counts UTF-16 units. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.charCodeAt(limit - 2);
  const splitsPair = cut >= 0xd800 && cut <= 0xdbff;
  return `${text.slice(0, splitsPair ? limit - 2 : limit - 1)}…`;
}
