/** Groups on the control socket: list them, register or remove a chat, see the chats that could be registered. */
import { z } from 'zod';
import { groupOrderSchema } from '../../contracts/groups.ts';
import { isPattern } from '../inbound/trigger.ts';
import { HttpError, readJson, sendJson } from '../ops/http.ts';
import type { Route } from '../ops/router.ts';
import { GroupNameError } from '../store/groups.ts';
import { GroupKeptError, GroupMoveError } from './directory.ts';
import { type ChatSources, listChats } from './list-chats.ts';

const BODY_LIMIT = 16 * 1024;

const orderSchema = groupOrderSchema.refine(
  ({ triggerPattern }) => triggerPattern === null || isPattern(triggerPattern),
  { path: ['triggerPattern'], error: 'is not a regular expression' },
);

export function groupRoutes(sources: ChatSources): Route[] {
  const { directory } = sources;
  return [
    { method: 'GET', path: '/groups', handle: (_req, res) => sendJson(res, 200, directory.all()) },
    {
      method: 'PUT',
      path: '/groups',
      async handle(req, res) {
        const parsed = orderSchema.safeParse(await readJson(req, BODY_LIMIT));
        if (!parsed.success) throw new HttpError(400, z.prettifyError(parsed.error));
        sendJson(res, 200, await directory.register(parsed.data).catch(asHttpError));
      },
    },
    {
      method: 'DELETE',
      path: '/groups',
      async handle(_req, res, url) {
        const jid = url.searchParams.get('jid') ?? '';
        const removed = await directory.remove(jid).catch(asHttpError);
        if (!removed) throw new HttpError(404, `${jid} is not registered`);
        sendJson(res, 200, { removed: jid });
      },
    },
    {
      method: 'GET',
      path: '/chats',
      async handle(_req, res) {
        sendJson(res, 200, await listChats(sources));
      },
    },
  ];
}

function asHttpError(error: unknown): never {
  if (error instanceof GroupNameError) throw new HttpError(400, error.message);
  if (error instanceof GroupMoveError || error instanceof GroupKeptError) {
    throw new HttpError(409, error.message);
  }
  throw error;
}
