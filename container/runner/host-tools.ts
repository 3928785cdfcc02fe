/**
 * The tools an agent has beyond Claude Code's own: each call travels to the orchestrator and back. To add one:
 * its arguments in contracts/host-tools.ts, its description here, its work in the orchestrator.
 */
import { createSdkMcpServer, type McpServerConfig, tool } from '@anthropic-ai/claude-agent-sdk';
import { type HostToolName, hostToolArgs } from '../../contracts/link.ts';
import type { HostAnswer, HostCall } from './host-requests.ts';

const DESCRIPTIONS: Record<HostToolName, string> = {
  send_message:
    'Send a message to the chat right now, while you go on working: progress, or an extra message. ' +
    'Your last reply is sent by itself; do not send it with this tool.',
  send_file: 'Send a file of /workspace/group (at most 25 MB) to the chat, with a caption if you like.',
  register_group:
    'Main chat only. Let the assistant answer in another chat. `jid` is the chat’s address as refresh_groups lists it; ' +
    '`folder` names the group it belongs to: a new name makes a group with a memory of its own, chats with the same ' +
    'folder share one. With requires_trigger false every message there is answered.',
  refresh_groups:
    'Main chat only. List the chats that the assistant can see, with their addresses and the group each belongs to ' +
    '(null: not registered). Asks the platforms, which may take seconds.',
};

type ToolResult = { content: { type: 'text'; text: string }[]; isError?: boolean };

/** @param call hands the call to the orchestrator and waits for its answer. */
export function hostToolServers(
  call: (call: Omit<HostCall, 'session'>) => Promise<HostAnswer>,
): Record<string, McpServerConfig> {
  const names = Object.keys(hostToolArgs) as HostToolName[];
  const tools = names.map((name) =>
    tool(name, DESCRIPTIONS[name], hostToolArgs[name].shape, async (args, extra) => {
      const id = toolUseId(extra);
      if (id === null) return toResult({ ok: false, result: 'the call has no tool-use id' });
      return toResult(await call({ id, tool: name, args }));
    }),
  );
  // Always loaded: a deferred tool costs the model a search first.
  return { nanoclaw: createSdkMcpServer({ name: 'nanoclaw', version: '1', tools, alwaysLoad: true }) };
}

function toResult({ ok, result }: HostAnswer): ToolResult {
  const text = typeof result === 'string' ? result : JSON.stringify(result ?? null);
  return { content: [{ type: 'text', text }], ...(ok ? {} : { isError: true }) };
}

/** Claude Code names the model's tool use in the call's metadata (seen in 2.1.329); the SDK leaves it untyped. */
export function toolUseId(extra: unknown): string | null {
  const id = property(property(extra, '_meta'), 'claudecode/toolUseId');
  return typeof id === 'string' && id !== '' ? id : null;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
