/**
 * The tools an agent has beyond Claude Code's own: each call travels to the orchestrator and back. To add one:
 * its arguments in contracts/host-tools.ts, its description here, its work in the orchestrator.
 */
import { createSdkMcpServer, type McpServerConfig, tool } from '@anthropic-ai/claude-agent-sdk';
import { type HostToolName, hostToolArgs, THREADS_TOOLS } from '../../contracts/link.ts';
import type { HostAnswer, HostCall } from './host-requests.ts';

const DESCRIPTIONS: Record<HostToolName, string> = {
  send_message:
    'Send a message to the chat right now, while you go on working: progress, or an extra message. ' +
    'Your last reply is sent by itself; do not send it with this tool.',
  send_file: 'Send a file of /workspace/group (at most 25 MB) to the chat, with a caption if you like.',
  schedule_task:
    'Schedule something for later, once or again and again; its answers go to the chat you are in now. ' +
    'schedule_type "cron": five fields (minute hour day-of-month month day-of-week; when both days are given both must ' +
    'hold), read in time_zone, by default the one of the messages’ times. "interval": milliseconds, at least 60000. ' +
    '"once": a time such as 2026-03-01T09:00:00, in the future. ' +
    'context_mode "isolated": each run begins a new conversation, so the prompt must hold everything it needs; ' +
    '"group": it runs in this conversation and knows it. The prompt is an instruction to yourself.',
  list_tasks:
    'List the scheduled tasks of this chat’s group (in the main chat: of all) with their next times (UTC).',
  get_task: 'One scheduled task with its last runs and their results.',
  update_task: 'Change what a scheduled task does or when. What is left out stays.',
  pause_task: 'Stop a scheduled task from running until it is resumed.',
  resume_task: 'Let a paused task go on.',
  cancel_task: 'Cancel a scheduled task for good.',
  register_group:
    'Main chat only. Let the assistant answer in another chat. `jid` is the chat’s address as refresh_groups lists it; ' +
    '`folder` names the group it belongs to: a new name makes a group with a memory of its own, chats with the same ' +
    'folder share one. With requires_trigger false every message there is answered.',
  refresh_groups:
    'Main chat only. List the chats that the assistant can see, with their addresses and the group each belongs to ' +
    '(null: not registered). Asks the platforms, which may take seconds.',
  delegate:
    'Main chat only. Hand something to the assistant of another chat’s group, which knows that group’s conversation, memory ' +
    'and files and you do not. `chat` is the address of one of its chats. It is done as soon as that group is free, and its ' +
    'answer comes to the chat you are in now, not to you: say that you have passed it on. The prompt must hold all it needs.',
  threads_draft:
    'Draft a post for Threads, or with reply_to an answer to the post of that id. The chat is shown the draft word for ' +
    'word, and the words with which a person lets it go out.',
  threads_publish:
    'Publish a draft by its number. Refused until a person has written the words that the draft was shown with.',
};

type ToolResult = { content: { type: 'text'; text: string }[]; isError?: boolean };

/**
 * @param threads whether the group may use Threads
 * @param call hands the call to the orchestrator and waits for its answer.
 */
export function hostToolServers(
  threads: boolean,
  call: (call: Omit<HostCall, 'session'>) => Promise<HostAnswer>,
): Record<string, McpServerConfig> {
  const names = Object.keys(hostToolArgs) as HostToolName[];
  const offered = names.filter((name) => threads || !THREADS_TOOLS.has(name));
  const tools = offered.map((name) =>
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
