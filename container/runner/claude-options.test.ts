import { describe, expect, it } from 'vitest';
import { type ClaudeSetting, claudeOptions } from './claude-options.ts';
import { config } from './test-fakes.ts';

const setting: ClaudeSetting = {
  groupDir: '/workspace/group',
  globalDir: '/workspace/global',
  configDir: '/home/node/.claude',
  brokerUrl: 'http://127.0.0.1:4000',
  inherited: { HOME: '/home/node', PATH: '/bin' },
};

describe("Claude Code's options", () => {
  it.each([
    ['oauth', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'],
    ['api_key', 'ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'],
  ] as const)('hand on a placeholder of kind %s as %s alone', (kind, present, absent) => {
    const { env } = claudeOptions(setting, { ...config, placeholder: { kind, value: 'stand-in' } }, null);
    expect([env?.[present], env?.[absent]]).toEqual(['stand-in', undefined]);
  });

  it('resume a session at its last assistant message', () => {
    const session = { id: 's1', lastAssistant: 'x1' };
    expect(claudeOptions(setting, config, session)).toMatchObject({ resume: 's1', resumeSessionAt: 'x1' });
  });

  it('send what the agent runs through the broker, and its model requests past the proxy', () => {
    expect(claudeOptions(setting, config, null).env).toMatchObject({
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000/anthropic',
      ...{ HTTPS_PROXY: 'http://127.0.0.1:4000', https_proxy: 'http://127.0.0.1:4000' },
      NO_PROXY: expect.stringContaining('127.0.0.1'),
    });
  });

  it('tell of Threads only to a group that may use it', () => {
    expect(claudeOptions(setting, config, null).env).not.toHaveProperty('THREADS_ACCESS_TOKEN');
    expect(claudeOptions(setting, { ...config, threads: true }, null).env).toMatchObject({
      THREADS_API_URL: 'http://127.0.0.1:4000/threads',
      THREADS_ACCESS_TOKEN: config.placeholder.value,
    });
  });

  it('name the effort that the group is set to', () => {
    expect(claudeOptions(setting, { ...config, effort: 'low' }, null)).toMatchObject({ effort: 'low' });
  });

  it('name no session for a fresh one, and no model unless one is set', () => {
    const options = claudeOptions(setting, config, null);
    for (const name of ['resume', 'resumeSessionAt', 'model', 'effort'])
      expect(options).not.toHaveProperty(name);
  });
});
