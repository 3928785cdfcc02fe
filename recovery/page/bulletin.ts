/**
 * What a message says, before it takes a platform's form: all texts chosen, redacted and defused. Pure.
 *
 * Invariant: text that comes from outside (details, answers of the health check) is redacted before anything is cut
 * from it, so that no cut leaves part of a secret behind.
 */
import type { PageNotice, PageProgress } from '../../contracts/action.ts';
import type { Redact } from '../../contracts/redact.ts';
import { type Language, PAGE_TEXTS, type PageTexts } from './texts.ts';

export type BulletinContext = {
  language: Language;
  timeZone: string;
  /** Where the incident's record lies, and the folder of the logs. */
  recordPath: string;
  logFolder: string;
  /** What the last health check said, one line; null when there was none. */
  health: string | null;
  /** Whether answers in the channel are read. */
  isListening: boolean;
  maybeRepeated: boolean;
  redact: Redact;
};

export type Field = { name: string; value: string; inline: boolean };
export type Bulletin = {
  kind: PageNotice['kind'];
  title: string;
  cause: string;
  detail: string;
  fields: Field[];
  footer: string;
  /** Wall clock, milliseconds since the epoch. */
  at: number;
};

/** @param progress what is known by now, for an edit of the notice's message */
export function buildBulletin(
  notice: PageNotice,
  context: BulletinContext,
  progress?: PageProgress,
): Bulletin {
  const texts = PAGE_TEXTS[context.language];
  const now = progress ?? notice;
  const notes = [
    `${texts.incident} ${notice.incident}`,
    ...(progress ? [`${texts.asOf} ${localTime(progress.at, context)}`] : []),
    ...(context.maybeRepeated ? [texts.maybeRepeated] : []),
  ];
  return {
    kind: notice.kind,
    title: texts.title[notice.kind],
    cause: texts.cause[now.cause],
    detail: defuse(context.redact(now.detail)),
    fields: fields({ ...notice, ...progress }, context, texts),
    footer: notes.join(' · '),
    at: now.at,
  };
}

function fields(notice: PageNotice, context: BulletinContext, texts: PageTexts): Field[] {
  const tiers = notice.tiers.map(
    ({ tier, state }) => `${texts.tierState[state]} ${tier} ${texts.tier[tier]}`,
  );
  const health = context.health === null ? '' : defuse(context.redact(context.health));
  const shown: [string, string, boolean][] = [
    [texts.since, localTime(notice.faultAt, context), true],
    [texts.elapsed, elapsed(notice.at - notice.faultAt), true],
    [texts.health, health, false],
    [texts.tiers, tiers.join('\n'), false],
    [texts.session, defuse(context.redact(notice.session ?? '')), false],
    [texts.log, `\`${context.recordPath}\`\n\`${context.logFolder}\``, false],
    [texts.type, asksForHelp(notice) ? commands(notice.incident, context, texts) : '', false],
  ];
  // Discord refuses a message with an empty field.
  return shown.filter(([, value]) => value !== '').map(([name, value, inline]) => ({ name, value, inline }));
}

function asksForHelp({ kind }: PageNotice): boolean {
  return kind === 'page' || kind === 'repage';
}

function commands(incident: string, { isListening }: BulletinContext, texts: PageTexts): string {
  const lines = [
    `nanoclaw incidents show ${incident}`,
    `nanoclaw incidents ack ${incident}`,
    'nanoclaw doctor',
    'nanoclaw logs -n 100',
    'sudo journalctl -u nanoclaw -n 100',
  ];
  const block = `\`\`\`\n${lines.join('\n')}\n\`\`\``;
  return isListening ? `${block}\n${texts.orAnswer}` : block;
}

function localTime(at: number, { language, timeZone }: BulletinContext): string {
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

/** Cuts between code points, never inside one; both platforms count UTF-16 units at most. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.charCodeAt(limit - 2);
  const splitsPair = cut >= 0xd800 && cut <= 0xdbff;
  return `${text.slice(0, splitsPair ? limit - 2 : limit - 1)}…`;
}
