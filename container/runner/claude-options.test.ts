import { describe, expect, it } from 'vitest';
import { type ClaudeSetting, claudeOptions } from './claude-options.ts';
import { config } from './test-fakes.ts';

const setting: ClaudeSetting = {
  groupDir: '/workspace/group',
  globalDir: '/workspace/global',
  configDir: '/home/node/.claude',
  baseUrl: 'http://127.0.0.1:4000/anthropic',
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

  it('name no session for a fresh one, and no model unless one is set', () => {
    const options = claudeOptions(setting, config, null);
    for (const name of ['resume', 'resumeSessionAt', 'model']) expect(options).not.toHaveProperty(name);
  });
});
