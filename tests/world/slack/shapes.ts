/** How Slack shows things on the wire. Pure. */
import type { SlackDescription } from './description.ts';
import type { SlackChat, SlackFile, SlackRecord } from './record.ts';

export type Shapes = ReturnType<typeof shapesOf>;

/** @param filesUrl where files are fetched, without a slash at the end */
export function shapesOf({ team, bot, users }: SlackDescription, filesUrl: () => string) {
  const fileShape = (file: SlackFile) => {
    if (file.isDeleted) return { id: file.id, mode: 'tombstone' };
    const folder = `${filesUrl()}/files-pri/${team.id}-${file.id}`;
    const name = encodeURIComponent(file.name);
    return {
      ...{ id: file.id, name: file.name, title: file.title, mimetype: file.mimetype, user: file.owner },
      ...{ size: file.bytes.length, mode: 'hosted', is_external: false, file_access: 'visible' },
      ...{ url_private: `${folder}/${name}`, url_private_download: `${folder}/download/${name}` },
    };
  };

  const message = (record: SlackRecord, replies: readonly SlackRecord[] = [], withMetadata = true) => ({
    ...{ type: 'message', text: record.text, ts: record.ts, ...writer(record), team: team.id },
    ...(record.clientMsgId === null ? {} : { client_msg_id: record.clientMsgId }),
    ...(record.thread === null ? threadStart(record, replies) : { thread_ts: record.thread }),
    ...(record.broadcast ? { subtype: 'thread_broadcast' } : {}),
    ...(record.files.length === 0 ? {} : { files: record.files.map(fileShape), upload: false }),
    ...(record.metadata === null || !withMetadata ? {} : { metadata: record.metadata }),
    ...(record.editedAt === null ? {} : { edited: { user: record.user, ts: secondsOf(record.editedAt) } }),
    ...(record.reactions.length === 0 ? {} : { reactions: reactionShapes(record) }),
  });

  const writer = ({ user: id, app }: SlackRecord) => {
    if (id === bot.userId) return { user: id, bot_id: bot.botId, app_id: bot.appId };
    if (app === null) return { user: id };
    const { botId, name } = app;
    if (app.style === 'webhook') return { subtype: 'bot_message', bot_id: botId, username: name };
    return { user: id, bot_id: botId, bot_profile: { id: botId, name, team_id: team.id } };
  };

  const user = (id: string) => {
    const known =
      id === bot.userId ? { ...bot, realName: bot.name, isBot: true } : users.find((one) => one.id === id);
    if (known === undefined) return null;
    const profile = { real_name: known.realName, display_name: known.name };
    return {
      ...{ id, team_id: team.id, name: known.name, real_name: known.realName, deleted: false },
      ...{ is_bot: known.isBot ?? false, tz: 'Asia/Seoul', profile: { ...profile, team: team.id } },
    };
  };

  const chat = (known: SlackChat) => ({
    ...{ id: known.id, created: 1_700_000_000, is_archived: known.isArchived, context_team_id: team.id },
    ...{ is_channel: known.kind === 'channel', is_group: false, is_im: known.kind === 'im', is_mpim: false },
    ...(known.kind === 'im'
      ? { user: [...known.members].find((id) => id !== bot.userId), is_open: true }
      : {
          ...{ name: known.name, name_normalized: known.name, num_members: known.members.size },
          ...{
            is_member: known.members.has(bot.userId),
            is_private: known.isPrivate,
            is_general: known.name === 'general',
          },
          ...{ topic: { value: '' }, purpose: { value: '' } },
        }),
  });

  return { message, user, chat, file: fileShape };
}

function threadStart(record: SlackRecord, replies: readonly SlackRecord[]): object {
  const last = replies.at(-1);
  if (last === undefined) return {};
  return {
    ...{ thread_ts: record.ts, reply_count: replies.length, latest_reply: last.ts },
    reply_users: [...new Set(replies.map(({ user }) => user))],
  };
}

function reactionShapes({ reactions }: SlackRecord): object[] {
  const names = [...new Set(reactions.map(({ name }) => name))];
  return names.map((name) => {
    const users = reactions.filter((one) => one.name === name).map(({ user }) => user);
    return { name, users, count: users.length };
  });
}

function secondsOf(ms: number): string {
  return `${Math.floor(ms / 1000)}.000000`;
}
