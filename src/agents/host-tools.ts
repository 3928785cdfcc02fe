/**
 * What an agent may ask of the orchestrator, one entry a tool. Who asks is known from the link, never from the
 * arguments. A call with an effect is recorded in the same write, so that a repeated call has none.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import type { ToolRequest } from './agent.ts';

/** The chat and turn on whose behalf the agent works at this moment. */
export type ToolContext = { folder: string; turn: string; jid: string; thread: string | null };

export type HostToolsOptions = { store: Store; now(): number; deliver(jid: string): Promise<void> };

type Answer = { ok: boolean; result: unknown };
/** `shortId`: eight characters made of the tool-use id, for keys that must stay short. */
type Call = ToolContext & { shortId: string };
type Tool = { args: z.ZodType; apply(args: never, call: Call): unknown };

export function createHostTools(
  options: HostToolsOptions,
): (request: ToolRequest, context: ToolContext | null) => Promise<Answer> {
  const { store } = options;
  const tools: Record<string, Tool> = {
    send_message: tool(z.object({ text: z.string().min(1).max(100_000) }), ({ text }, call) => {
      const { turn: turnId, jid, thread } = call;
      store.outbox.add(
        { key: `${turnId}.${call.shortId}`, turnId, ordinal: 0, jid, thread, body: text },
        options.now(),
      );
      return { sent: true };
    }),
  };

  return async (request, context) => {
    const chosen = Object.hasOwn(tools, request.tool) ? tools[request.tool] : undefined;
    if (!chosen) return refuse(`there is no tool "${request.tool}"`);
    if (!context) return refuse('no turn is running');
    const args = chosen.args.safeParse(request.args);
    if (!args.success) return refuse(z.prettifyError(args.error));
    const result = await store.write(() => {
      const before = store.toolCalls.find(request.session, request.id);
      if (before !== undefined) return before;
      const shortId = createHash('sha256').update(request.id).digest('hex').slice(0, 8);
      const made = chosen.apply(args.data as never, { ...context, shortId });
      store.toolCalls.record(request.session, request.id, made);
      return made;
    });
    void options.deliver(context.jid);
    return { ok: true, result };
  };
}

/** Ties a tool's arguments to their schema. */
function tool<A>(args: z.ZodType<A>, apply: (args: A, call: Call) => unknown): Tool {
  return { args, apply };
}

function refuse(reason: string): Answer {
  return { ok: false, result: reason };
}
