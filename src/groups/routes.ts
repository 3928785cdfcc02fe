/** Groups on the control socket: list them, register a chat. */
import { z } from 'zod';
import { isPattern } from '../inbound/trigger.ts';
import { HttpError, readJson, sendJson } from '../ops/http.ts';
import type { Route } from '../ops/router.ts';
import { GroupNameError } from '../store/groups.ts';
import { type GroupDirectory, GroupMoveError } from './directory.ts';

const BODY_LIMIT = 16 * 1024;

const groupSchema = z.object({
  /** `local:<name>`, Slack `C… D… G…`, Discord `dc:<channelId>`. */
  jid: z.string().regex(/^(local:[a-z0-9_-]{1,40}|[CDG][A-Z0-9]{2,20}|dc:\d{5,25})$/, 'is no chat address'),
  name: z.string().min(1).max(100),
  folder: z.string(),
  triggerPattern: z.string().refine(isPattern, 'is not a regular expression').nullable().default(null),
  requiresTrigger: z.boolean().default(true),
});

export function groupRoutes(directory: GroupDirectory): Route[] {
  return [
    { method: 'GET', path: '/groups', handle: (_req, res) => sendJson(res, 200, directory.all()) },
    {
      method: 'PUT',
      path: '/groups',
      async handle(req, res) {
        const parsed = groupSchema.safeParse(await readJson(req, BODY_LIMIT));
        if (!parsed.success) throw new HttpError(400, z.prettifyError(parsed.error));
        try {
          await directory.register(parsed.data);
        } catch (error) {
          if (error instanceof GroupNameError) throw new HttpError(400, error.message);
          if (error instanceof GroupMoveError) throw new HttpError(409, error.message);
          throw error;
        }
        sendJson(res, 200, parsed.data);
      },
    },
  ];
}
