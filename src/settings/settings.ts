/**
 * The orchestrator's settings: `.env` with the process environment over it, checked as a whole so that every
 * problem is reported at once and by name. Values are never repeated in a problem: they may be secrets.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { splitAddress } from '../../contracts/container-config.ts';
import { homePaths, SOCKET_PATH_LIMIT } from '../../contracts/paths.ts';
import { isPattern } from '../inbound/trigger.ts';

/** The configuration can't be used; `problems` lists all that is wrong, one line each. */
export class SettingsError extends Error {
  readonly code = 'BAD_SETTINGS';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

const port = (fallback: number) =>
  z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a whole number')
    .min(1, 'must be a port from 1 to 65535')
    .max(65535, 'must be a port from 1 to 65535')
    .default(fallback);

const isServer = (server: string) => isIP(server) !== 0 || splitAddress(server) !== null;

const milliseconds = (fallback: number) =>
  z.coerce
    .number({ error: 'must be milliseconds' })
    .int('must be whole milliseconds')
    .min(1000, 'must be at least 1000 (1 s)')
    .default(fallback);

const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });
const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((v) => v === 'true' || v === '1');

const timeZone = z.string().refine(isTimeZone, 'is not a time zone name such as Asia/Seoul');
const pattern = z.string().refine(isPattern, 'is not a regular expression');

const schema = z.object({
  ASSISTANT_NAME: z.string().max(40, 'must be 40 characters at most').default('폴'),
  TRIGGER_PATTERN: pattern.optional(),
  TZ: timeZone.default(Intl.DateTimeFormat().resolvedOptions().timeZone),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'], { error: 'must be trace, debug, info, warn or error' })
    .default('info'),
  NANOCLAW_LANG: z.enum(['ko', 'en'], { error: 'must be ko or en' }).default('en'),
  NANOCLAW_PORT: port(8787),
  CONTAINER_IMAGE: z.string().default('nanoclaw-agent:latest'),
  NANOCLAW_SANDBOX: z
    .enum(['auto', 'docker', 'bubblewrap'], { error: 'must be auto, docker or bubblewrap' })
    .default('auto'),
  CONTAINER_TIMEOUT: milliseconds(30 * 60_000),
  IDLE_TIMEOUT: milliseconds(5 * 60_000),
  /** Between an answer of the model and the next step Claude Code takes milliseconds; with a huge session, seconds. */
  AGENT_QUIET_LIMIT: milliseconds(3 * 60_000),
  /** Typing signs tell of the first minutes; a person who waits longer wonders whether anybody is there. */
  PROGRESS_AFTER: z.coerce
    .number({ error: 'must be milliseconds' })
    .int('must be whole milliseconds')
    .refine((ms) => ms === 0 || ms >= 1000, 'must be at least 1000 (1 s), or 0 for never')
    .default(2 * 60_000),
  MAX_CONCURRENT_CONTAINERS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be 100 at most')
    .default(5),
  CONTAINER_MAX_OUTPUT_SIZE: z.coerce
    .number({ error: 'must be a number of bytes' })
    .int('must be whole bytes')
    .min(64 * 1024, 'must be at least 65536 (64 KiB)')
    .max(1024 ** 3, 'must be 1073741824 (1 GiB) at most')
    .default(10 * 1024 * 1024),
  DEV_MOUNT: flag.default(false),
  OPERATOR_IDS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((id) => id !== '')),
  /** Resolves names for agents in place of the machine's own resolver. */
  EGRESS_DNS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((server) => server !== ''))
    .refine(
      (list) => list.every(isServer),
      'must be addresses of DNS servers, such as 9.9.9.9 or 127.0.0.1:5300',
    ),
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_APP_TOKEN: z.string().optional(),
  SLACK_API_URL: url.default('https://slack.com/api'),
  DISCORD_BOT_TOKEN: z.string().optional(),
  DISCORD_API_URL: url.default('https://discord.com/api'),
  ANTHROPIC_BASE_URL: url.default('https://api.anthropic.com'),
  ROUTER_MODE: z.enum(['auto', 'claude-only'], { error: 'must be auto or claude-only' }).default('auto'),
  /** Where copilot-api listens. Without it there is no light model and the agent answers everything. */
  COPILOT_API_URL: url.optional(),
  COPILOT_MODEL: z.string().default('gpt-4o-mini'),
  /** The proxy signs in by itself and takes any key. */
  COPILOT_API_KEY: z.string().default('dummy'),
  CLAUDE_OAUTH_TOKEN_URL: url
    .refine((value) => !isBlockedHost(value), 'must not be on claude.ai, which answers no server')
    .default('https://platform.claude.com/v1/oauth/token'),
  THREADS_ACCESS_TOKEN: z.string().optional(),
  THREADS_USER_ID: z.string().optional(),
  THREADS_APP_ID: z.string().optional(),
  THREADS_APP_SECRET: z.string().optional(),
  THREADS_API_URL: url.default('https://graph.threads.net'),
  ANTHROPIC_API_KEY_FALLBACK: z
    .string()
    .regex(/^sk-ant-api/, 'must be a prepaid API key (sk-ant-api…); a subscription signs in with `claude`')
    .optional(),
  ANTHROPIC_API_KEY: z
    .undefined({
      error:
        'would silently outrank the subscription and spend prepaid credit: call it ANTHROPIC_API_KEY_FALLBACK',
    })
    .optional(),
});

export type Settings = z.infer<typeof schema> & { home: string };

/**
 * @param file values of `.env`; `ANTHROPIC_API_KEY` is refused only there, since a shell may hold one for other programs
 * @param environment the process environment, which outranks the file
 * @param whereSet what to put before a complaint about a setting of the file
 * @throws SettingsError with every problem
 */
export function readSettings(
  file: Record<string, string>,
  environment: NodeJS.ProcessEnv,
  home: string,
  whereSet: (name: string) => string = () => '',
): Settings {
  const { ANTHROPIC_API_KEY: _ignored, TZ: zone, ...outer } = environment;
  // A shell's TZ may be a form that only the C library knows; in the file it would be a mistake.
  if (zone && isTimeZone(zone)) outer.TZ = zone;
  const problems: string[] = [];
  const result = schema.safeParse(withoutBlanks({ ...file, ...outer }));
  if (!result.success) {
    for (const { path, message } of result.error.issues) {
      const name = path.join('.');
      problems.push(`${outer[name] === undefined ? whereSet(name) : 'environment: '}${name} ${message}`);
    }
  } else if (result.data.IDLE_TIMEOUT >= result.data.CONTAINER_TIMEOUT) {
    problems.push(
      'IDLE_TIMEOUT must be shorter than CONTAINER_TIMEOUT, so that an idle agent is gone before one that hangs would be',
    );
  }
  problems.push(...homeProblems(home));
  if (!result.success || problems.length > 0) throw new SettingsError(problems);
  return { ...result.data, home };
}

/** `NAME=` in a file means "not set". */
function withoutBlanks(values: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}

function homeProblems(home: string): string[] {
  const longest = `${homePaths(home).agentRun('x'.repeat(12))}/broker.sock`;
  const excess = Buffer.byteLength(longest) - SOCKET_PATH_LIMIT;
  return excess > 0
    ? [
        `NANOCLAW_HOME is ${excess} bytes too long: sockets below it may have ${SOCKET_PATH_LIMIT} bytes at most`,
      ]
    : [];
}

function isBlockedHost(address: string): boolean {
  return URL.canParse(address) && /(^|\.)claude\.ai$/.test(new URL(address).hostname);
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // the only answer Intl gives to an unknown zone is a RangeError
  }
}
