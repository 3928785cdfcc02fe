/** Slack's messages as they come, live or from history: which of them count, and what they are to us. Pure. */
import { z } from 'zod';

const fields = {
  ts: z.string().regex(/^\d+\.\d+$/),
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string().optional(),
  thread_ts: z.string().optional(),
  files: z.array(z.object({ name: z.string().nullish() })).optional(),
};
const messageSchema = z.object(fields);
const eventSchema = z.object({
  type: z.literal('event_callback'),
  event: z.object({ ...fields, type: z.enum(['message', 'app_mention']), channel: z.string() }),
});

export type SlackMessage = {
  jid: string;
  ts: string;
  /** Where its answer goes; null = straight into the chat. */
  thread: string | null;
  user: string;
  /** In Slack's markup. */
  text: string;
  files: string[];
};

/** A message with a thread of its own, one also shown in the chat, one with files. All others tell of something else. */
const PEOPLE_WROTE: ReadonlySet<string | undefined> = new Set([undefined, 'thread_broadcast', 'file_share']);

/** What a live event brings; null when it is none of ours to read. Edits and deletions change nothing here. */
export function messageOfEvent(body: unknown): SlackMessage | null {
  const parsed = eventSchema.safeParse(body);
  return parsed.success ? accept(parsed.data.event, parsed.data.event.channel) : null;
}

/** What a message of the history brings; null when it is none of ours to read. */
export function messageOfHistory(raw: unknown, jid: string): SlackMessage | null {
  const parsed = messageSchema.safeParse(raw);
  return parsed.success ? accept(parsed.data, jid) : null;
}

/** Whatever has a `bot_id` was written by an app: by us, or by another one, which we don't listen to. */
function accept(message: z.infer<typeof messageSchema>, jid: string): SlackMessage | null {
  const { ts, subtype, user, bot_id, text = '', thread_ts, files = [] } = message;
  if (bot_id !== undefined || user === undefined || !PEOPLE_WROTE.has(subtype)) return null;
  const thread = thread_ts ?? (isDirect(jid) ? null : ts);
  return { jid, ts, thread, user, text, files: files.map(({ name }) => name ?? 'unnamed') };
}

/** Slack's ids: `D` = direct chat, `C` = channel, `G` = older private channels and group chats. */
export function isDirect(jid: string): boolean {
  return jid.startsWith('D');
}

export function ownsJid(jid: string): boolean {
  return /^[CDG][A-Z0-9]+$/.test(jid);
}
