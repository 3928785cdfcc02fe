/** The supervisor's orders on the control socket; the protocol is described in contracts/control.ts. */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { CONTROL_PATHS, reconnectChannelSchema, stopAgentSchema } from '../../contracts/control.ts';
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import type { Agents } from '../agents/agents.ts';
import type { Channel } from '../channels/channel.ts';
import { HttpError, readJson, sendJson } from './http.ts';
import type { Route } from './router.ts';

const BODY_LIMIT = 16 * 1024;

export type RemedyDeps = {
  channels: readonly Pick<Channel, 'name' | 'reconnect'>[];
  agents: Pick<Agents, 'stopGroup'>;
  /** Folder of the group that stands still, or works longest; null when nobody waits. */
  stuck(): string | null;
};

export function remedyRoutes({ channels, agents, stuck }: RemedyDeps): Route[] {
  return [
    {
      method: 'POST',
      path: CONTROL_PATHS.reconnectChannel,
      async handle(req, res) {
        const { channel } = await readOrder(req, reconnectChannelSchema);
        sendJson(res, 200, reconnect(channels, channel));
      },
    },
    {
      method: 'POST',
      path: CONTROL_PATHS.stopAgent,
      async handle(req, res) {
        const { folder } = await readOrder(req, stopAgentSchema);
        sendJson(res, 200, await stopAgent(agents, folder ?? stuck()));
      },
    },
  ];
}

function reconnect(channels: RemedyDeps['channels'], name: string): RemedyOutcome {
  const channel = channels.find((candidate) => candidate.name === name);
  if (!channel) throw new HttpError(404, `there is no channel "${name}"`);
  return channel.reconnect?.()
    ? { kind: 'done', detail: `${name} dropped its connection and opens a new one` }
    : { kind: 'nothing_to_do', detail: `${name} has no connection to drop` };
}

async function stopAgent(agents: RemedyDeps['agents'], folder: string | null): Promise<RemedyOutcome> {
  if (folder === null) return { kind: 'nothing_to_do', detail: 'no group waits for an answer' };
  return (await agents.stopGroup(folder))
    ? { kind: 'done', detail: `the agent of ${folder} was stopped` }
    : { kind: 'nothing_to_do', detail: `${folder} has no agent running` };
}

/** @throws HttpError 400 */
async function readOrder<T>(req: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readJson(req, BODY_LIMIT));
  if (!parsed.success) throw new HttpError(400, z.prettifyError(parsed.error));
  return parsed.data;
}
