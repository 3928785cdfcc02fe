/** Groups on the control socket: list them, register or remove a chat, see the chats that could be registered. */
import * as z from 'zod';
import type { ExtraMount } from '../../contracts/container-config.ts';
import { type GroupOrder, type GroupRecord, groupOrderSchema } from '../../contracts/groups.ts';
import { isPattern } from '../inbound/trigger.ts';
import { HttpError, readJson, sendJson } from '../ops/http.ts';
import type { Route } from '../ops/router.ts';
import type { Group } from '../store/groups.ts';
import { GroupNameError } from '../store/groups.ts';
import type { ContainerConfigs } from './container-configs.ts';
import { GroupKeptError, GroupMoveError } from './directory.ts';
import { type ChatSources, listChats } from './list-chats.ts';

/** A configuration may list some hundred hosts. */
const BODY_LIMIT = 256 * 1024;

const orderSchema = groupOrderSchema.refine(
  ({ triggerPattern }) => triggerPattern === null || isPattern(triggerPattern),
  { path: ['triggerPattern'], error: 'is not a regular expression' },
);

export type GroupRoutesOptions = ChatSources & {
  configs: ContainerConfigs;
  /** @returns false when the chat was not registered @throws GroupKeptError */
  remove(jid: string): Promise<boolean>;
  /** Why a configuration's mounts can't be given to this group; empty when they can. */
  findMountProblems(folder: string, mounts: readonly ExtraMount[]): string[];
};

export function groupRoutes(options: GroupRoutesOptions): Route[] {
  const { directory, configs } = options;
  return [
    {
      method: 'GET',
      path: '/groups',
      handle: (_req, res) =>
        sendJson(
          res,
          200,
          directory.all().map((group) => recordOf(group, configs)),
        ),
    },
    {
      method: 'PUT',
      path: '/groups',
      async handle(req, res) {
        const parsed = orderSchema.safeParse(await readJson(req, BODY_LIMIT));
        if (!parsed.success) throw new HttpError(400, z.prettifyError(parsed.error));
        sendJson(res, 200, await register(parsed.data, options).catch(asHttpError));
      },
    },
    {
      method: 'DELETE',
      path: '/groups',
      async handle(_req, res, url) {
        const jid = url.searchParams.get('jid') ?? '';
        const removed = await options.remove(jid).catch(asHttpError);
        if (!removed) throw new HttpError(404, `${jid} is not registered`);
        sendJson(res, 200, { removed: jid });
      },
    },
    {
      method: 'GET',
      path: '/chats',
      async handle(_req, res) {
        sendJson(res, 200, await listChats(options));
      },
    },
  ];
}

/** Everything is checked before anything is stored. */
async function register(order: GroupOrder, options: GroupRoutesOptions): Promise<GroupRecord> {
  const { container, ...wanted } = order;
  const problems = options.findMountProblems(order.folder, container?.additionalMounts ?? []);
  if (problems.length > 0) throw new HttpError(400, problems.join('\n'));
  const group = await options.directory.register(wanted);
  await options.configs.set(group.folder, container);
  return recordOf(group, options.configs);
}

function recordOf(group: Group, configs: ContainerConfigs): GroupRecord {
  const read = configs.read(group.folder);
  const senders = group.senders === null ? null : [...group.senders];
  return {
    ...group,
    senders,
    ...(read.ok ? { container: read.config } : { containerProblem: read.problem }),
  };
}

function asHttpError(error: unknown): never {
  if (error instanceof GroupNameError) throw new HttpError(400, error.message);
  if (error instanceof GroupMoveError || error instanceof GroupKeptError) {
    throw new HttpError(409, error.message);
  }
  throw error;
}
