/**
 * The supervisor's settings: `.env` with the process environment over it, read leniently. Nothing in there may stop
 * the supervisor: an unusable value falls back to its default and is named.
 */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { parseEnvFile } from '../contracts/env-file.ts';
import { homePaths } from '../contracts/paths.ts';
import { secretsIn } from '../contracts/redact.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const blankIsNone = z.string().transform((text) => (text.trim() === '' ? null : text.trim()));
const address = blankIsNone.pipe(z.url({ protocol: /^https?$/ }).nullable());
/** Discord's ids. */
const SNOWFLAKE = /^\d{5,25}$/;
/** Discord's `<@id>` and `<@&role>`, Slack's `<@U…>` and `<!subteam^S…>`; several are separated by spaces. */
const MENTIONS =
  /^<(?:@&?\d{5,25}|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)>(?:\s+<(?:@&?\d{5,25}|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)>)*$/;
const idList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
  .pipe(z.array(z.string().regex(SNOWFLAKE)));

const FIELDS = {
  NANOCLAW_PORT: { schema: port, fallback: 8787 },
  NANOCLAW_PAGE_PORT: { schema: port, fallback: 8788 },
  NANOCLAW_BIND: { schema: z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]), fallback: '127.0.0.1' },
  NANOCLAW_TOKEN: { schema: blankIsNone, fallback: null },
  NANOCLAW_LANG: { schema: z.enum(['en', 'ko']), fallback: 'en' },
  LOG_LEVEL: { schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']), fallback: 'info' },
  TZ: { schema: blankIsNone, fallback: null },
  HEALING_POLICY: { schema: blankIsNone, fallback: null },
  DISCORD_WEBHOOK_URL: { schema: address, fallback: null },
  DISCORD_WEBHOOK_URL_FALLBACK: { schema: address, fallback: null },
  SLACK_WEBHOOK_URL: { schema: address, fallback: null },
  ALERT_MENTION: { schema: blankIsNone.pipe(z.string().regex(MENTIONS).nullable()), fallback: null },
  HEALTH_CHANNEL_ID: { schema: blankIsNone.pipe(z.string().regex(SNOWFLAKE).nullable()), fallback: null },
  OPERATOR_IDS: { schema: idList, fallback: [] },
  DISCORD_BOT_TOKEN: { schema: blankIsNone, fallback: null },
  DISCORD_API_URL: { schema: address, fallback: null },
  SLACK_API_URL: { schema: address, fallback: null },
  NANOCLAW_DEADMAN_URL: { schema: address, fallback: null },
  CONTAINER_IMAGE: { schema: blankIsNone, fallback: null },
  NANOCLAW_SANDBOX: { schema: z.enum(['auto', 'docker', 'bubblewrap']), fallback: 'auto' },
  COPILOT_API_URL: { schema: address, fallback: null },
  COPILOT_MODEL: { schema: blankIsNone, fallback: null },
  COPILOT_API_KEY: { schema: blankIsNone, fallback: null },
  ANTHROPIC_API_KEY_FALLBACK: { schema: blankIsNone, fallback: null },
  ANTHROPIC_BASE_URL: { schema: address, fallback: null },
  /** Who starts the orchestrator; the unit file of the supervisor sets `systemd`. */
  NANOCLAW_MANAGER: { schema: z.enum(['child', 'systemd']), fallback: 'child' },
} as const;

export const SETTING_NAMES = Object.keys(FIELDS);

/** Asked once: it costs milliseconds. */
const SYSTEM_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

type Fields = typeof FIELDS;
type Values = { [K in keyof Fields]: z.output<Fields[K]['schema']> | Fields[K]['fallback'] };

export type Settings = ReturnType<typeof toSettings> & {
  problems: string[];
  /** Values that must not appear in anything that leaves this machine. */
  secrets: string[];
};

/** @param home NANOCLAW_HOME */
export function readSettings(home: string, environment: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const file = readEnvFile(homePaths(home).env, problems);
  const values: Record<string, unknown> = {};
  for (const [name, { schema, fallback }] of Object.entries(FIELDS)) {
    const given = environment[name] ?? file[name];
    const parsed = given === undefined ? undefined : schema.safeParse(given);
    values[name] = parsed?.success ? parsed.data : fallback;
    // The value itself is not repeated: it may be a secret.
    if (parsed && !parsed.success) problems.push(`${name} is not usable and is ignored`);
  }
  const secrets = secretsIn({ ...environment, ...file });
  return { ...toSettings(home, values as Values), problems, secrets };
}

/**
 * The present settings, for whoever asks many times a minute: `.env` is read again when it is another file than last
 * time. Every probe asks; reading all of it for each was a large part of what an idle supervisor used.
 */
export function followSettings(home: string, environment: NodeJS.ProcessEnv): () => Settings {
  const path = homePaths(home).env;
  let known: { stamp: string; settings: Settings } | null = null;
  return () => {
    // Before the reading: a change in between is seen the next time.
    const stamp = stampOf(path);
    if (known?.stamp !== stamp) known = { stamp, settings: readSettings(home, environment) };
    return known.settings;
  };
}

/** Differs after every write, replacement and change of mode; of two writes within a tick of the disk's clock only by size. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code); // the reading names what is wrong
  }
}

function readEnvFile(path: string, problems: string[]): Record<string, string> {
  try {
    const { values, problems: found } = parseEnvFile(readFileSync(path, 'utf8'));
    problems.push(...found.map((problem) => `.env: ${problem}`));
    return values;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing) problems.push(`.env cannot be read: ${String(error)}`);
    return {};
  }
}

function toSettings(home: string, values: Values) {
  const discordApi = values.DISCORD_API_URL ?? 'https://discord.com/api';
  const anthropicUrl = values.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com';
  const policy = values.HEALING_POLICY;
  return {
    home,
    opsPort: values.NANOCLAW_PORT,
    pagePort: values.NANOCLAW_PAGE_PORT,
    bind: values.NANOCLAW_BIND === 'localhost' ? '127.0.0.1' : values.NANOCLAW_BIND,
    token: values.NANOCLAW_TOKEN,
    language: values.NANOCLAW_LANG,
    logLevel: values.LOG_LEVEL,
    timeZone: values.TZ ?? SYSTEM_ZONE,
    policyPath: policy === null || isAbsolute(policy) ? policy : join(home, policy),
    webhook: values.DISCORD_WEBHOOK_URL,
    webhookFallback: values.DISCORD_WEBHOOK_URL_FALLBACK,
    slackWebhook: values.SLACK_WEBHOOK_URL,
    mention: values.ALERT_MENTION,
    healthChannel: values.HEALTH_CHANNEL_ID,
    operators: values.OPERATOR_IDS,
    discordToken: values.DISCORD_BOT_TOKEN,
    discordApi,
    deadMan: values.NANOCLAW_DEADMAN_URL,
    image: values.CONTAINER_IMAGE ?? 'nanoclaw-agent:latest',
    sandbox: values.NANOCLAW_SANDBOX,
    copilotUrl: values.COPILOT_API_URL,
    copilotModel: values.COPILOT_MODEL ?? 'gpt-4o-mini',
    // The proxy has its own sign-in and takes any value.
    copilotKey: values.COPILOT_API_KEY ?? 'dummy',
    prepaidKey: values.ANTHROPIC_API_KEY_FALLBACK,
    anthropicUrl,
    /** Where an answer shows that there is a network. */
    outside: [anthropicUrl, discordApi, values.SLACK_API_URL ?? 'https://slack.com/api'],
    manager: values.NANOCLAW_MANAGER,
  };
}

/** Whether a page can reach anybody. */
export function hasWebhook({ webhook, webhookFallback, slackWebhook }: Settings): boolean {
  return webhook !== null || webhookFallback !== null || slackWebhook !== null;
}

const LOOPBACK = new Set(['127.0.0.1', '::1']);

export function isLoopback(bind: string): boolean {
  return LOOPBACK.has(bind) || bind.startsWith('127.');
}
