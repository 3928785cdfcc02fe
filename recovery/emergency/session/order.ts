/** How Claude Code is started inside the sandbox: every argument and variable, each with its reason. Pure. */
import type { ModelCredential } from '../../../supervisor/ports/emergency.ts';
import type { InsideOrder } from '../inside/run-inside.ts';
import type { Limits } from '../parts.ts';
import { INSIDE } from './places.ts';

/** Waits of 0.5 to 4 seconds: longer than a restart of the supervisor, which takes the forwarder with it. */
const MAX_RETRIES = 4;
/** No answer to one model request, and no byte in a stream, milliseconds; the API sends pings every few seconds. */
const API_TIMEOUT_MS = 120_000;
const STREAM_IDLE_MS = 60_000;
/** A command of the session, milliseconds. */
const BASH_LIMIT_MS = 120_000;
/** Trying a fix restarts the service twice at worst. */
const VERB_LIMIT_MS = 900_000;

/** What it may use without being asked: there is nobody to ask, and the sandbox is the boundary. */
const TOOLS = ['Bash', 'Read', 'Edit', 'Write', 'Glob', 'Grep', 'mcp__nanoclaw'];

export type OrderParts = {
  limits: Pick<Limits, 'maxTurns' | 'maxUsd'>;
  placeholder: ModelCredential;
  model: string | null;
  output: InsideOrder['output'];
};

export function insideOrder({ limits, placeholder, model, output }: OrderParts): InsideOrder {
  return {
    program: `${INSIDE.programs}/claude`,
    args: [
      ...['-p', '--output-format', 'stream-json', '--verbose'],
      // Never prompts: what is not allowed is refused at once.
      ...['--permission-mode', 'dontAsk', '--allowedTools', TOOLS.join(',')],
      // No settings, hooks or servers of the project.
      ...['--setting-sources', 'user', '--strict-mcp-config', '--mcp-config', `${INSIDE.order}/mcp.json`],
      ...['--max-turns', String(limits.maxTurns), '--max-budget-usd', String(limits.maxUsd)],
      ...(model === null ? [] : ['--model', model]),
    ],
    environment: {
      // With both set the key would win; the placeholder's kind is what really pays.
      [placeholder.kind === 'oauth' ? 'CLAUDE_CODE_OAUTH_TOKEN' : 'ANTHROPIC_API_KEY']: placeholder.value,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      // A command past its limit would keep the session from ever ending.
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      CLAUDE_CODE_MAX_RETRIES: String(MAX_RETRIES),
      API_TIMEOUT_MS: String(API_TIMEOUT_MS),
      CLAUDE_ENABLE_BYTE_WATCHDOG: '1',
      CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: String(STREAM_IDLE_MS),
      BASH_MAX_TIMEOUT_MS: String(BASH_LIMIT_MS),
      MCP_TOOL_TIMEOUT: String(VERB_LIMIT_MS),
      DISABLE_AUTOUPDATER: '1',
    },
    brokerSocket: INSIDE.broker,
    brief: `${INSIDE.order}/brief.md`,
    output,
    folders: ['home', 'claude', 'tmp'].map((name) => `${INSIDE.scratch}/${name}`),
  };
}

/** The one MCP server: the supervisor's verbs, over a socket. */
export function mcpConfig(): object {
  const args = [`${INSIDE.programs}/inside.js`, 'emergency-verbs', INSIDE.verbs];
  return { mcpServers: { nanoclaw: { type: 'stdio', command: `${INSIDE.programs}/node`, args } } };
}
