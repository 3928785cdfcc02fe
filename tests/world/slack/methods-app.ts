/** auth.*, apps.*, assistant.* and files.* */

import { isObject } from '../shared/body.ts';
import { type Call, type Method, SlackError, writableChat } from './method.ts';
import { threadOf } from './methods-chat.ts';
import type { SlackFile } from './record.ts';

export const APP_METHODS: Readonly<Record<string, Method>> = {
  'auth.test': { kind: 'bot', scopes: [], run: authTest },
  'apps.connections.open': {
    ...{ kind: 'app', scopes: ['connections:write'] },
    run: ({ socketUrl }) => ({ url: socketUrl() }),
  },
  'assistant.threads.setStatus': { kind: 'bot', scopes: ['assistant:write'], run: () => ({}) },
  'files.getUploadURLExternal': { kind: 'bot', scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { kind: 'bot', scopes: ['files:write'], run: completeUpload },
  'files.info': { kind: 'bot', scopes: ['files:read'], run: fileInfo },
};

function authTest({ store: { description }, apiUrl }: Call): object {
  const { team, bot } = description;
  return {
    ...{ url: `${apiUrl()}/`, team: team.name, user: bot.name, team_id: team.id, user_id: bot.userId },
    ...{ bot_id: bot.botId, is_enterprise_install: false },
  };
}

function getUploadUrl({ store, args, apiUrl }: Call): object {
  const name = args.text('filename');
  const length = args.number('length', 0);
  if (name === '' || length <= 0) throw new SlackError('missing_argument');
  const { bot, uploadLimitBytes = Number.POSITIVE_INFINITY } = store.description;
  if (length > uploadLimitBytes) throw new SlackError('file_upload_size_restricted');
  const owner = bot.userId;
  const mimetype = 'application/octet-stream';
  const file = store.addFile({ name, title: name, mimetype, bytes: Buffer.alloc(0), owner });
  return { upload_url: `${apiUrl()}/upload/v1/${file.id}`, file_id: file.id };
}

/** Without a channel the files stay private; with one, a message brings them there. */
function completeUpload(call: Call): object {
  const { store, shapes, args } = call;
  const given = args.json('files');
  const files = (Array.isArray(given) ? given : []).map((one: unknown) => titled(call, one));
  if (files.length === 0) throw new SlackError('invalid_arguments');
  if (args.text('channel_id') !== '') {
    const chat = writableChat(call, 'channel_id').id;
    const text = args.text('initial_comment');
    const { bot, shareDelayMs = 0 } = store.description;
    const message = { chat, user: bot.userId, text, files, thread: threadOf(call, chat) };
    const post = () => void store.post({ ...message, by: 'bot' });
    if (shareDelayMs === 0) post();
    else call.later(shareDelayMs, post);
  }
  return { files: files.map(shapes.file) };
}

function titled({ store }: Call, given: unknown): SlackFile {
  const file = isObject(given) ? store.files.get(String(given.id)) : undefined;
  if (file === undefined || !isObject(given)) throw new SlackError('file_not_found');
  if (file.bytes.length === 0) throw new SlackError('file_not_found'); // announced, never uploaded
  if (typeof given.title === 'string') file.title = given.title;
  return file;
}

function fileInfo({ store, shapes, args }: Call): object {
  const file = store.files.get(args.text('file'));
  if (file === undefined) throw new SlackError('file_not_found');
  if (file.isDeleted) throw new SlackError('file_deleted');
  return { file: shapes.file(file) };
}
