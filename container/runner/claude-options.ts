/**
 * How Claude Code is started: its whole environment and every option, each with its reason. The child inherits
 * nothing else from the runner.
 */
import type { Options } from '@anthropic-ai/claude-agent-sdk';
import type { AgentSession, RunnerConfig } from '../../contracts/link.ts';

/** Where things lie for the child. */
export type ClaudeSetting = {
  /** Working folder and memory of the group. */
  groupDir: string;
  /** Memory all groups share. */
  globalDir: string;
  configDir: string;
  /** Reaches the broker on this loopback: a path prefix chooses an API, none is the way to the internet. */
  brokerUrl: string;
  /** From the runner's own environment, as far as it is set there. */
  inherited: { HOME?: string; PATH?: string; TZ?: string; LANG?: string };
};

/** The agent's debug log; the CLI keeps a link `latest` to it in the same folder. */
export const DEBUG_FILE = 'debug/agent.txt';

/**
 * Tools that act after the turn is over, or wait for a person at this terminal: neither exists here. A workflow goes to
 * the background whatever CLAUDE_CODE_DISABLE_BACKGROUND_TASKS says (2.1.329), and what comes of it would be lost.
 */
const DISALLOWED_TOOLS = [
  'Workflow',
  ...['AskUserQuestion', 'EnterPlanMode', 'ExitPlanMode', 'EnterWorktree', 'ExitWorktree'],
  ...['CronCreate', 'CronDelete', 'CronList', 'ScheduleWakeup', 'Monitor', 'RemoteTrigger'],
];

/**
 * Waits of 0.5, 1, 2 and 4 seconds: longer than a restart of the orchestrator, which takes the broker with it,
 * yet a lasting error reaches the chat in seconds (the default, 10, takes three minutes).
 */
const MAX_RETRIES = 4;

/**
 * No answer to one model request, milliseconds: far above the slowest first byte. An API that hangs for good fails
 * the turn after five tries, ten minutes, which is well below the container's limit of thirty.
 */
const API_TIMEOUT_MS = 120_000;

/** A stream without a byte is dead after this, milliseconds: the API sends pings every few seconds. */
const STREAM_IDLE_MS = 60_000;

export function claudeOptions(
  setting: ClaudeSetting,
  config: RunnerConfig,
  session: AgentSession | null,
): Options {
  return {
    cwd: setting.groupDir,
    additionalDirectories: [setting.globalDir],
    env: claudeEnv(setting, config),
    // `project` reads CLAUDE.md of the working folder, `user` settings and skills of the group's config folder.
    settingSources: ['user', 'project', 'local'],
    // No snapshot: sessions live for months, and a changed prompt must hold for those that go on.
    systemPrompt: { type: 'preset', preset: 'claude_code', append: config.systemPrompt, snapshot: false },
    ...(config.model ? { model: config.model } : {}),
    ...(config.effort ? { effort: config.effort } : {}),
    ...(session ? { resume: session.id } : {}),
    ...(session?.lastAssistant ? { resumeSessionAt: session.lastAssistant } : {}),
    // The container is the boundary and nobody is there to ask.
    permissionMode: 'bypassPermissions',
    allowDangerouslySkipPermissions: true,
    disallowedTools: DISALLOWED_TOOLS,
    // It would ask api.anthropic.com about each host: the broker's policy decides, and may not let that through.
    settings: { skipWebFetchPreflight: true },
    // An `.mcp.json` that somebody put into the group's folder starts nothing.
    strictMcpConfig: true,
    debugFile: `${setting.configDir}/${DEBUG_FILE}`,
    // Each input is told back once it is part of the conversation.
    extraArgs: { 'replay-user-messages': null },
  };
}

function claudeEnv(setting: ClaudeSetting, config: RunnerConfig): Record<string, string> {
  const { kind, value } = config.placeholder;
  return {
    ...setting.inherited,
    CLAUDE_CONFIG_DIR: setting.configDir,
    ANTHROPIC_BASE_URL: `${setting.brokerUrl}/anthropic`,
    ...internetEnv(setting.brokerUrl),
    ...(config.threads ? threadsEnv(setting.brokerUrl, value) : {}),
    // With both set the key would win; the placeholder's kind is what the broker really uses.
    [kind === 'oauth' ? 'CLAUDE_CODE_OAUTH_TOKEN' : 'ANTHROPIC_API_KEY']: value,
    // Without it root may not bypass permissions; it is true, and changes nothing for other users.
    IS_SANDBOX: '1',
    // Nobody here reads what it would tell.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    // A command that went to the background would outlive its turn. Subagents and whom they write to are waited for.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
    // Memory of `additionalDirectories` is read only with it.
    CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1',
    CLAUDE_CODE_MAX_RETRIES: String(MAX_RETRIES),
    API_TIMEOUT_MS: String(API_TIMEOUT_MS),
    CLAUDE_ENABLE_BYTE_WATCHDOG: '1',
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: String(STREAM_IDLE_MS),
  };
}

/**
 * For what the agent runs, and for web pages that Claude Code fetches: the broker's proxy. Its model requests stay on
 * loopback, which is excepted, so that they never depend on the group's policy. Programs differ in the case they read.
 */
function internetEnv(brokerUrl: string): Record<string, string> {
  const values = { http_proxy: brokerUrl, https_proxy: brokerUrl, no_proxy: '127.0.0.1,localhost,::1' };
  const upper = Object.entries(values).map(([name, value]) => [name.toUpperCase(), value]);
  // Node's own fetch heeds these only when told to.
  return { ...values, ...Object.fromEntries(upper), NODE_USE_ENV_PROXY: '1' };
}

/** The names that the Threads scripts of the operator's documents read. */
function threadsEnv(brokerUrl: string, placeholder: string): Record<string, string> {
  return { THREADS_API_URL: `${brokerUrl}/threads`, THREADS_ACCESS_TOKEN: placeholder };
}
