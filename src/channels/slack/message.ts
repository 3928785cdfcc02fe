/** Slack's messages as they come, live or from history: which of them count, and what they are to us. Pure. */
import * as z from 'zod';
import type { InboundFile } from '../../store/journal.ts';
import { microsOf } from './time.ts';

const ts = z.string().regex(/^\d+\.\d+$/);

export const messageFields = {
  ts,
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  /** What an app calls itself in this message. */
  username: z.string().optional(),
  bot_profile: z.object({ name: z.string().optional() }).optional(),
  text: z.string().optional(),
  thread_ts: z.string().optional(),
  edited: z.object({ ts }).optional(),
  files: z
    .array(
      z.object({
        ...{ id: z.string(), name: z.string().nullish(), title: z.string().nullish() },
        ...{ size: z.number().optional(), mode: z.string().optional() },
      }),
    )
    .optional(),
  /** Where many apps put what they say. */
  attachments: z.array(z.object({ fallback: z.string().optional(), text: z.string().optional() })).optional(),
};
export const messageSchema = z.object(messageFields);
export type RawMessage = z.infer<typeof messageSchema>;

const eventSchema = z.object({
  type: z.literal('event_callback'),
  event: z.object({ ...messageFields, type: z.enum(['message', 'app_mention']), channel: z.string() }),
});

export type SlackMessage = {
  jid: string;
  ts: string;
  /** Where its answer goes; null = straight into the chat. */
  thread: string | null;
  /** Id of the person or app that wrote it. */
  sender: string;
  /** What the sender calls itself here; null when Slack has to be asked. */
  senderName: string | null;
  /** Id under which an app wrote it; null for people. */
  botId: string | null;
  /** In Slack's markup. */
  text: string;
  files: InboundFile[];
  /** Wall clock of its last edit, milliseconds; null when there was none. */
  editedAt: number | null;
};

export type EditedMessage = SlackMessage & { editedAt: number };

/** What people or apps said. All others tell of something else. */
const SOMEBODY_SAID: ReadonlySet<string | undefined> = new Set([
  ...[undefined, 'thread_broadcast', 'file_share', 'me_message', 'bot_message'],
]);

/** Slack's own messenger; it has no `bot_id`. */
const SLACKBOT = 'USLACKBOT';

/** What a live event brings; null when it is no message. */
export function messageOfEvent(body: unknown): SlackMessage | null {
  const parsed = eventSchema.safeParse(body);
  return parsed.success ? accept(parsed.data.event, parsed.data.event.channel) : null;
}

/** What a message of the history brings; null when it is none of ours to read. */
export function messageOfHistory(raw: unknown, jid: string): SlackMessage | null {
  const parsed = messageSchema.safeParse(raw);
  return parsed.success ? accept(parsed.data, jid) : null;
}

export function accept(raw: RawMessage, jid: string): SlackMessage | null {
  const { user, bot_id } = raw;
  const sender = user ?? bot_id;
  if (sender === undefined || !SOMEBODY_SAID.has(raw.subtype)) return null;
  return {
    ...{ jid, ts: raw.ts, sender },
    thread: raw.thread_ts ?? (isDirect(jid) ? null : raw.ts),
    senderName: raw.username || raw.bot_profile?.name || null,
    botId: bot_id ?? (user === SLACKBOT ? SLACKBOT : null),
    text: raw.text || attachedText(raw),
    files: filesOf(raw),
    editedAt: raw.edited === undefined ? null : msOf(raw.edited.ts),
  };
}

export function isEdited(message: SlackMessage): message is EditedMessage {
  return message.editedAt !== null;
}

/** Wall clock, milliseconds. */
export function msOf(at: string): number {
  return Math.floor(microsOf(at) / 1000);
}

/** Slack's ids: `D` = direct chat, `C` = channel, `G` = older private channels and group chats. */
export function isDirect(jid: string): boolean {
  return jid.startsWith('D');
}

export function ownsJid(jid: string): boolean {
  return /^[CDG][A-Z0-9]+$/.test(jid);
}

/** Of links that people write, Slack attaches a preview; that is nobody's words. */
function attachedText({ bot_id, attachments = [] }: RawMessage): string {
  if (bot_id === undefined) return '';
  const texts = attachments.map(({ text, fallback }) => text || fallback || '');
  return texts.filter((text) => text !== '').join('\n');
}

/** A `tombstone` is what is left of a deleted file. */
function filesOf({ files = [] }: RawMessage): InboundFile[] {
  return files
    .filter(({ mode }) => mode !== 'tombstone')
    .map(({ id, name, title, size }) => ({
      ref: id,
      name: name || title || 'unnamed',
      bytes: size ?? null,
    }));
}
