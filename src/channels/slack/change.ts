/**
 * Edits and deletions as Slack tells of them. Pure.
 *
 * Slack also sends `message_changed` when it attaches the preview of a link, counts a thread's replies or recognizes a
 * language. A person's edit bears `edited` and has another text.
 */
import * as z from 'zod';
import { accept, type EditedMessage, messageFields, messageSchema } from './message.ts';
import { microsOf } from './time.ts';

export type SlackChange = { jid: string; ts: string } /** The message as it is now. */ & (
  | { kind: 'edited'; message: EditedMessage }
  | { kind: 'deleted' }
);

const place = { type: z.literal('message'), channel: z.string() };
const previous = z.object(messageFields).partial().optional();
const changeSchema = z.object({
  type: z.literal('event_callback'),
  event: z.discriminatedUnion('subtype', [
    z.object({
      ...{ ...place, subtype: z.literal('message_changed') },
      ...{ ts: z.string(), message: messageSchema, previous_message: previous },
    }),
    z.object({ ...place, subtype: z.literal('message_deleted'), deleted_ts: z.string() }),
  ]),
});
type Changed = Extract<z.infer<typeof changeSchema>['event'], { subtype: 'message_changed' }>;

/** What an event changes; null when it changes nothing that anybody wrote. */
export function changeOfEvent(body: unknown): SlackChange | null {
  const parsed = changeSchema.safeParse(body);
  if (!parsed.success) return null;
  const { event } = parsed.data;
  switch (event.subtype) {
    case 'message_deleted':
      return { kind: 'deleted', jid: event.channel, ts: event.deleted_ts };
    case 'message_changed':
      return changed(event);
  }
}

function changed({ channel: jid, ts, message: raw, previous_message: before }: Changed): SlackChange | null {
  // What is left of a deleted message that has replies.
  if (raw.subtype === 'tombstone') return { kind: 'deleted', jid, ts: raw.ts };
  const message = accept(raw, jid);
  if (message === null || message.editedAt === null || before?.text === raw.text) return null;
  // The message knows its edit by the second; two edits within one are told apart by the event.
  const editedAt = Math.max(message.editedAt, microsOf(ts) / 1000);
  return { kind: 'edited', jid, ts: raw.ts, message: { ...message, editedAt } };
}
