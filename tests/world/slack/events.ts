/**
 * The events Slack tells an app about after a change, as far as the app's scopes reach. Pure but for the ids.
 * A mention in a channel is told twice, as `message` and as `app_mention`; a direct message is never an `app_mention`.
 */
import type { SlackDescription } from './description.ts';
import type { SlackChange, SlackChat, SlackRecord } from './record.ts';
import type { Shapes } from './shapes.ts';

const PREVIEW = { from_url: 'https://a.example', fallback: 'a preview', id: 1 };

type Telling = { chat: SlackChat; shapes: Shapes; scopes: readonly string[]; description: SlackDescription };

/** The inner events, in the order Slack would send them. */
export function eventsOf(change: SlackChange, eventTs: string, telling: Telling): object[] {
  const { chat, scopes, description } = telling;
  if (!chat.members.has(description.bot.userId)) return [];
  const reads = scopes.includes(historyScope(chat));
  const asks = scopes.includes('app_mentions:read') && asksBot(change, telling);
  const place = { channel: chat.id, channel_type: channelType(chat), event_ts: eventTs };
  return [
    ...(reads ? [{ ...messageEvent(change, eventTs, telling), ...place }] : []),
    ...(asks ? [mentionEvent(change.message, eventTs, telling)] : []),
  ];
}

/** The scope without which an app neither hears nor reads a chat. */
export function historyScope({ kind, isPrivate }: SlackChat): string {
  if (kind === 'im') return 'im:history';
  return isPrivate ? 'groups:history' : 'channels:history';
}

function channelType({ kind, isPrivate }: SlackChat): string {
  if (kind === 'im') return 'im';
  return isPrivate ? 'group' : 'channel';
}

/** What goes round an inner event. `id` must stay the same when the event is sent again. */
export function callback(
  event: object,
  id: string,
  seconds: number,
  { team, bot }: SlackDescription,
): object {
  const whom = { user_id: bot.userId, is_bot: true, is_enterprise_install: false };
  return {
    ...{ token: 'test-world', team_id: team.id, context_team_id: team.id, api_app_id: bot.appId },
    ...{ event, type: 'event_callback', event_id: id, event_time: seconds, event_context: `4-${id}` },
    ...{ authorizations: [{ enterprise_id: null, team_id: team.id, ...whom }], is_ext_shared_channel: false },
  };
}

function messageEvent(change: SlackChange, ts: string, { shapes }: Telling): object {
  const { message } = change;
  const hidden = { type: 'message', hidden: true, ts };
  switch (change.kind) {
    case 'posted':
      return { ...shapes.message(message), ...(message.files.length > 0 ? { subtype: 'file_share' } : {}) };
    case 'edited':
      return {
        ...{ ...hidden, subtype: 'message_changed', message: shapes.message(message) },
        previous_message: shapes.message(change.before),
      };
    case 'unfurled':
      return {
        ...{ ...hidden, subtype: 'message_changed', previous_message: shapes.message(message) },
        message: { ...shapes.message(message), attachments: [PREVIEW] },
      };
    case 'deleted':
      return {
        ...{ ...hidden, subtype: 'message_deleted', deleted_ts: message.ts },
        previous_message: shapes.message(message),
      };
  }
}

function mentionEvent(message: SlackRecord, ts: string, { shapes, chat }: Telling): object {
  return { ...shapes.message(message), type: 'app_mention', channel: chat.id, event_ts: ts };
}

function asksBot(change: SlackChange, { chat, description: { bot } }: Telling): boolean {
  if (chat.kind === 'im' || change.message.user === bot.userId) return false;
  const again = change.kind === 'edited' && change.again;
  return (change.kind === 'posted' || again) && change.message.text.includes(`<@${bot.userId}`);
}
