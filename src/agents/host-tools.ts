/**
 * What an agent may ask of the orchestrator, one entry a tool (names and arguments: contracts/host-tools.ts). Who
 * asks is known from the link, never from the arguments. A call with an effect is recorded in the same write, so
 * that a repeated call has none.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type HostToolName, hostToolArgs } from '../../contracts/host-tools.ts';
import { FileRefusedError, type OutgoingFiles } from '../files/outgoing.ts';
import type { ChatSources } from '../groups/list-chats.ts';
import { createGroupTools, GroupRefusedError } from '../groups/tools.ts';
import type { OutgoingFile } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { TaskDesk } from '../tasks/desk.ts';
import { TaskRefusedError } from '../tasks/schedule.ts';
import { createTaskTools } from '../tasks/tools.ts';
import { type Publishing, ThreadsRefusedError } from '../threads/publishing.ts';
import { createThreadsTools } from '../threads/tools.ts';
import { stripInternal } from '../turns/prompt.ts';
import type { ToolRequest } from './run.ts';

/** The chat and turn on whose behalf the agent works at this moment. */
export type ToolContext = { folder: string; turn: string; jid: string; thread: string | null };

export type HostToolsOptions = {
  store: Store;
  directory: ChatSources['directory'];
  channels: ChatSources['channels'];
  files: Pick<OutgoingFiles, 'take'>;
  /** The group's folder on the host. */
  groupPath(folder: string): string;
  desk: TaskDesk;
  publishing: Publishing;
  /** Tasks of this group may have changed. */
  onTasksChanged(folder: string): void;
  now(): number;
  deliver(jid: string): Promise<void>;
  onRecord(record: {
    group: string;
    turn: string | null;
    tool: HostToolName | 'unknown';
    result: 'done' | 'refused';
  }): void;
};

export type ToolAnswer = { ok: boolean; result: unknown };
/** `key`: idempotency key of what the call sends, made of its tool-use id and short enough for every platform. */
type Call = ToolContext & { key: string };
/** What a call does to the store, inside a write; its value is the answer. `changes`: another group's tasks. */
type Effect = (() => unknown) & { changes?: string };
/**
 * One entry for each tool: a new one does not compile until it is here. It prepares, and returns the effect.
 * What either of them refuses is told to the agent.
 */
type Tools = {
  [Name in HostToolName]: (args: z.infer<(typeof hostToolArgs)[Name]>, call: Call) => Promise<Effect>;
};

const REFUSALS = [FileRefusedError, TaskRefusedError, GroupRefusedError, ThreadsRefusedError] as const;

export function createHostTools(options: HostToolsOptions) {
  const { store } = options;
  const tools = createTools(options);

  return async (request: ToolRequest, folder: string, context: ToolContext | null): Promise<ToolAnswer> => {
    const answer = await perform(request, folder, context);
    const tool = isHostTool(request.tool) ? request.tool : 'unknown';
    const result = answer.ok ? 'done' : 'refused';
    options.onRecord({ group: folder, turn: context?.turn ?? null, tool, result });
    return answer;
  };

  async function perform(
    request: ToolRequest,
    folder: string,
    context: ToolContext | null,
  ): Promise<ToolAnswer> {
    if (!isHostTool(request.tool)) return refuse(`there is no tool "${request.tool}"`);
    const call = { folder, session: request.session, id: request.id };
    const known = store.toolCalls.find(call);
    if (known !== undefined) return { ok: true, result: known };
    if (!context) return refuse('no turn is running');
    const args = hostToolArgs[request.tool].safeParse(request.args);
    if (!args.success) return refuse(z.prettifyError(args.error));
    const shortId = createHash('sha256').update(request.id).digest('hex').slice(0, 8);
    const prepare = tools[request.tool] as (args: unknown, call: Call) => Promise<Effect>;
    try {
      const effect = await prepare(args.data, { ...context, folder, key: `${context.turn}.${shortId}` });
      const result = await store.write(() => {
        const made = effect();
        store.toolCalls.record(call, made, options.now());
        return made;
      });
      void options.deliver(context.jid);
      options.onTasksChanged(effect.changes ?? folder);
      return { ok: true, result };
    } catch (error) {
      if (REFUSALS.some((kind) => error instanceof kind)) return refuse((error as Error).message);
      throw error;
    }
  }
}

function createTools(options: HostToolsOptions): Tools {
  const { store, directory, channels, files, groupPath, desk, publishing, now } = options;
  const add = ({ key, turn: turnId, jid, thread }: Call, row: { body: string; file?: OutgoingFile }) =>
    store.outbox.add({ key, turnId, ordinal: 0, jid, thread, ...row }, now());
  return {
    async send_message({ text }, call) {
      const body = stripInternal(text);
      return () => {
        if (body !== '') add(call, { body });
        return { sent: body !== '' };
      };
    },
    async send_file({ path, caption }, call) {
      const file = await files.take(groupPath(call.folder), path, call.key);
      return () => {
        add(call, { body: stripInternal(caption), file });
        return { sent: true };
      };
    },
    ...createTaskTools(desk),
    ...createGroupTools({ store, directory, channels }),
    ...createThreadsTools<Call>(publishing, (call, body) => add(call, { body })),
  };
}

function isHostTool(name: string): name is HostToolName {
  return Object.hasOwn(hostToolArgs, name);
}

function refuse(reason: string): ToolAnswer {
  return { ok: false, result: reason };
}
