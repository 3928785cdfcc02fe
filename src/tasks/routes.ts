/** Tasks on the control socket: list them, look at one, pause, resume, cancel or run it; see the upkeep. */
import * as z from 'zod';
import { type SystemJobRecord, taskOrderSchema } from '../../contracts/tasks.ts';
import { HttpError, readJson, sendJson } from '../ops/http.ts';
import type { Route } from '../ops/router.ts';
import type { Store } from '../store/store.ts';
import { type TaskDesk, UnknownTaskError } from './desk.ts';
import { TaskRefusedError } from './schedule.ts';

const BODY_LIMIT = 4 * 1024;

export type TaskRoutesOptions = {
  store: Pick<Store, 'write'>;
  desk: TaskDesk;
  changed(folder: string): void;
  upkeep(): SystemJobRecord[];
};

export function taskRoutes({ store, desk, changed, upkeep }: TaskRoutesOptions): Route[] {
  return [
    { method: 'GET', path: '/tasks', handle: (_req, res) => sendJson(res, 200, desk.list(null)) },
    { method: 'GET', path: '/tasks/system', handle: (_req, res) => sendJson(res, 200, upkeep()) },
    {
      method: 'GET',
      path: '/task',
      handle: (_req, res, url) =>
        sendJson(
          res,
          200,
          refusing(() => desk.get(null, url.searchParams.get('id') ?? '')),
        ),
    },
    {
      method: 'POST',
      path: '/task',
      async handle(req, res) {
        const order = taskOrderSchema.safeParse(await readJson(req, BODY_LIMIT));
        if (!order.success) throw new HttpError(400, z.prettifyError(order.error));
        const { id, action } = order.data;
        const task = await store.write(() => desk.act(null, id, action)).catch(asHttpError);
        changed(task.folder);
        sendJson(res, 200, task);
      },
    },
  ];
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return asHttpError(error);
  }
}

function asHttpError(error: unknown): never {
  if (error instanceof UnknownTaskError) throw new HttpError(404, error.message);
  if (error instanceof TaskRefusedError) throw new HttpError(409, error.message);
  throw error;
}
