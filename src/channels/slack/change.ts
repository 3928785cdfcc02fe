/**
 * Edits and deletions as Slack tells of them. Pure.
 *
 * Slack also sends `message_changed` when it attaches the preview of a link, counts a thread's replies or recognizes a
 * language. A person's edit is one whose `edited` is new and whose text is another.
 */
import { z } from 'zod';
import { accept, messageFields, messageSchema, type SlackMessage } from './message.ts';

export type SlackChange = { jid: string; ts: string } & (
  | { kind: 'edited'; message: SlackMessage; at: number }
  | { kind: 'deleted' }
);

const place = { type: z.literal('message'), channel: z.string() };
const previous = z.object(messageFields).partial().optional();
const changeSchema = z.object({
  type: z.literal('event_callback'),
  event: z.discriminatedUnion('subtype', [
    z.object({
      ...{ ...place, subtype: z.literal('message_changed') },
      ...{ message: messageSchema, previous_message: previous },
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

function changed({ channel: jid, message: raw, previous_message: before }: Changed): SlackChange | null {
  // What is left of a deleted message that has replies.
  if (raw.subtype === 'tombstone') return { kind: 'deleted', jid, ts: raw.ts };
  const message = accept(raw, jid);
  if (message === null || message.editedAt === null) return null;
  if (before?.edited?.ts === raw.edited?.ts || before?.text === raw.text) return null;
  return { kind: 'edited', jid, ts: raw.ts, message, at: message.editedAt };
}
