/**
 * What an agent may ask of the orchestrator, one entry a tool (names and arguments: contracts/host-tools.ts). Who
 * asks is known from the link, never from the arguments. A call with an effect is recorded in the same write, so
 * that a repeated call has none.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type HostToolName, hostToolArgs } from '../../contracts/host-tools.ts';
import type { Store } from '../store/store.ts';
import { stripInternal } from '../turns/prompt.ts';
import type { ToolRequest } from './agent.ts';

/** The chat and turn on whose behalf the agent works at this moment. */
export type ToolContext = { folder: string; turn: string; jid: string; thread: string | null };

export type HostToolsOptions = { store: Store; now(): number; deliver(jid: string): Promise<void> };

export type ToolAnswer = { ok: boolean; result: unknown };
/** `shortId`: eight characters made of the tool-use id, for keys that must stay short. */
type Call = ToolContext & { shortId: string };
/** One effect for each tool: a new one does not compile until it is here. Called inside a write. */
type Effects = {
  [Name in HostToolName]: (args: z.infer<(typeof hostToolArgs)[Name]>, call: Call) => unknown;
};

export function createHostTools(options: HostToolsOptions) {
  const { store } = options;
  const effects: Effects = {
    send_message({ text }, { turn, shortId, jid, thread }) {
      const body = stripInternal(text);
      if (body === '') return { sent: false };
      store.outbox.add(
        { key: `${turn}.${shortId}`, turnId: turn, ordinal: 0, jid, thread, body },
        options.now(),
      );
      return { sent: true };
    },
  };

  return async (request: ToolRequest, folder: string, context: ToolContext | null): Promise<ToolAnswer> => {
    if (!isHostTool(request.tool)) return refuse(`there is no tool "${request.tool}"`);
    const call = { folder, session: request.session, id: request.id };
    const known = store.toolCalls.find(call);
    if (known !== undefined) return { ok: true, result: known };
    if (!context) return refuse('no turn is running');
    const args = hostToolArgs[request.tool].safeParse(request.args);
    if (!args.success) return refuse(z.prettifyError(args.error));
    const effect = effects[request.tool];
    const shortId = createHash('sha256').update(request.id).digest('hex').slice(0, 8);
    const result = await store.write(() => {
      const made = effect(args.data, { ...context, shortId });
      store.toolCalls.record(call, made);
      return made;
    });
    void options.deliver(context.jid);
    return { ok: true, result };
  };
}

function isHostTool(name: string): name is HostToolName {
  return Object.hasOwn(hostToolArgs, name);
}

function refuse(reason: string): ToolAnswer {
  return { ok: false, result: reason };
}
