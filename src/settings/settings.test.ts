import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

/** The names of the operator's documents; the supervisor and the command line read some of them. */
const DOCUMENTED = [
  ...[
    'ASSISTANT_NAME',
    'TRIGGER_PATTERN',
    'TZ',
    'LOG_LEVEL',
    'NANOCLAW_LANG',
    'NANOCLAW_HOME',
    'OPERATOR_IDS',
  ],
  ...['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'DISCORD_BOT_TOKEN', 'HEALTH_CHANNEL_ID', 'HEALING_POLICY'],
  ...[
    'DISCORD_WEBHOOK_URL',
    'DISCORD_WEBHOOK_URL_FALLBACK',
    'SLACK_WEBHOOK_URL',
    'ALERT_MENTION',
    'ROUTER_MODE',
  ],
  ...[
    'CONTAINER_IMAGE',
    'CONTAINER_TIMEOUT',
    'IDLE_TIMEOUT',
    'AGENT_QUIET_LIMIT',
    'PROGRESS_AFTER',
    'MAX_CONCURRENT_CONTAINERS',
    'DEV_MOUNT',
  ],
  ...['CONTAINER_MAX_OUTPUT_SIZE', 'COPILOT_API_URL', 'COPILOT_MODEL', 'COPILOT_API_KEY'],
  ...['ANTHROPIC_API_KEY_FALLBACK', 'THREADS_ACCESS_TOKEN', 'THREADS_USER_ID', 'THREADS_APP_ID'],
  ...[
    'THREADS_APP_SECRET',
    'SLACK_API_URL',
    'DISCORD_API_URL',
    'ANTHROPIC_BASE_URL',
    'CLAUDE_OAUTH_TOKEN_URL',
  ],
  ...['THREADS_API_URL', 'NANOCLAW_DEADMAN_URL', 'NANOCLAW_PORT', 'NANOCLAW_PAGE_PORT', 'NANOCLAW_BIND'],
  'NANOCLAW_TOKEN',
];

const read = (file: Record<string, string>, environment: NodeJS.ProcessEnv = {}) =>
  readSettings(file, environment, '/home/n');
const problemsOf = (file: Record<string, string>, home = '/home/n') => {
  try {
    readSettings(file, {}, home);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).problems;
  }
};

describe('settings', () => {
  it('work without any file', () => {
    expect(read({})).toMatchObject({
      ASSISTANT_NAME: '폴',
      NANOCLAW_PORT: 8787,
      MAX_CONCURRENT_CONTAINERS: 5,
      IDLE_TIMEOUT: 300_000,
      AGENT_QUIET_LIMIT: 180_000,
      PROGRESS_AFTER: 120_000,
    });
  });

  it('are all explained in .env.example, whoever reads them', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    expect(DOCUMENTED.filter((name) => !example.includes(`# ${name}=`))).toEqual([]);
  });

  it('take the process environment over the file, and a blank value as not set', () => {
    expect(read({ NANOCLAW_PORT: '9000', LOG_LEVEL: ' ' }, { NANOCLAW_PORT: '9001' })).toMatchObject({
      NANOCLAW_PORT: 9001,
      LOG_LEVEL: 'info',
    });
  });

  it('report every problem at once, by name, without the values', () => {
    const problems = problemsOf({
      NANOCLAW_PORT: '99999',
      TZ: 'Mars/Base',
      LOG_LEVEL: 'loud',
      TRIGGER_PATTERN: '(',
      ANTHROPIC_API_KEY_FALLBACK: 'sk-ant-oat01-secret',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'ANTHROPIC_API_KEY_FALLBACK',
      'LOG_LEVEL',
      'NANOCLAW_PORT',
      'TRIGGER_PATTERN',
      'TZ',
    ]);
    expect(problems.join()).not.toContain('secret');
  });

  it.each([
    ['0', []],
    ['1000', []],
    ['999', [expect.stringContaining('PROGRESS_AFTER must be at least 1000 (1 s), or 0 for never')]],
    ['soon', [expect.stringContaining('PROGRESS_AFTER must be milliseconds')]],
  ])('take a time for words of progress, or 0 for never: %s', (value, problems) => {
    expect(problemsOf({ PROGRESS_AFTER: value })).toEqual(problems);
  });

  it('refuse ANTHROPIC_API_KEY in the file and say why, but not in the environment', () => {
    expect(problemsOf({ ANTHROPIC_API_KEY: 'sk-ant-api03-x' })).toEqual([
      expect.stringContaining('outrank the subscription'),
    ]);
    expect(() => read({}, { ANTHROPIC_API_KEY: 'sk-ant-api03-x' })).not.toThrow();
  });

  it('refuse a token endpoint on the host that answers no server', () => {
    expect(problemsOf({ CLAUDE_OAUTH_TOKEN_URL: 'https://claude.ai/oauth/token' })).toEqual([
      expect.stringContaining('CLAUDE_OAUTH_TOKEN_URL must not be on claude.ai'),
    ]);
    expect(read({}).CLAUDE_OAUTH_TOKEN_URL).toBe('https://platform.claude.com/v1/oauth/token');
  });

  it('want agents to be closed before they are killed', () => {
    expect(problemsOf({ IDLE_TIMEOUT: '60000', CONTAINER_TIMEOUT: '60000' })).toEqual([
      expect.stringContaining('shorter than CONTAINER_TIMEOUT'),
    ]);
  });

  it('leave the light model off until its address is given, and know the switch for it', () => {
    expect(read({})).toMatchObject({ ROUTER_MODE: 'auto', COPILOT_MODEL: 'gpt-4o-mini' });
    expect(read({}).COPILOT_API_URL).toBeUndefined();
    expect(problemsOf({ ROUTER_MODE: 'gpt-only', COPILOT_API_URL: 'localhost:4141' })).toEqual([
      'ROUTER_MODE must be auto or claude-only',
      'COPILOT_API_URL must be an http(s) address',
    ]);
  });

  it('refuse a home too long for a socket below it', () => {
    expect(problemsOf({}, `/${'x'.repeat(90)}`)).toEqual([expect.stringContaining('bytes too long')]);
  });
});
