import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultPolicy, loadPolicy, SESSION_LIMIT_SECONDS } from './policy.ts';
import { followSettings, readSettings, SETTING_NAMES } from './settings.ts';

function homeWith(name: string, text: string): string {
  const home = mkdtempSync(join(tmpdir(), 'nanoclaw-settings-'));
  writeFileSync(join(home, name), text);
  return home;
}

test('the environment stands over .env, and .env over the defaults', () => {
  const home = homeWith('.env', 'NANOCLAW_PORT=9001 # mine\nNANOCLAW_LANG=ko\n');
  const settings = readSettings(home, { NANOCLAW_PORT: '9002' });
  expect(settings).toMatchObject({ opsPort: 9002, pagePort: 8788, language: 'ko', problems: [] });
});

test('unusable values fall back to their defaults and are named without being repeated', () => {
  const home = homeWith('.env', 'NANOCLAW_PORT=many\nDISCORD_WEBHOOK_URL=planted-secret\nbroken line\n');
  const settings = readSettings(home, {});
  expect(settings).toMatchObject({ opsPort: 8787, webhook: null });
  expect(settings.problems.join('\n')).toMatch(/NANOCLAW_PORT[\s\S]*DISCORD_WEBHOOK_URL/);
  expect(settings.problems.join('\n')).not.toContain('planted-secret');
});

test('followed settings are read once, and again when .env has changed, is gone or is back', () => {
  const home = homeWith('.env', 'NANOCLAW_PORT=9001\n');
  const settings = followSettings(home, {});
  expect(settings().opsPort).toBe(9001);
  expect(settings()).toBe(settings());
  writeFileSync(join(home, '.env'), 'NANOCLAW_PORT=19002\n');
  expect(settings().opsPort).toBe(19_002);
  rmSync(join(home, '.env'));
  expect(settings().opsPort).toBe(8787);
  writeFileSync(join(home, '.env'), 'NANOCLAW_PORT=9003\n');
  expect(settings().opsPort).toBe(9003);
});

test('a policy file changes what it names and nothing else', () => {
  const home = homeWith('policy.json', '{"hang":{"limitSeconds":3}}');
  const { policy, problems } = loadPolicy(join(home, 'policy.json'));
  expect(policy).toEqual({ ...defaultPolicy(), hang: { limitSeconds: 3 } });
  expect(problems).toEqual([]);
});

test.each(['{"hang":{"limitSeconds":-1}}', '{"hangs":{}}', 'no json'])(
  'a policy file holding %s is refused with a reason and the defaults are used',
  (text) => {
    const { policy, problems } = loadPolicy(join(homeWith('policy.json', text), 'policy.json'));
    expect(policy).toEqual(defaultPolicy());
    expect(problems).toHaveLength(1);
  },
);

test('an emergency session has no more time than its unit gives it, and who asks for more is told', () => {
  const asked = '{"emergency":{"limitSeconds":3600,"perDay":9},"stableSeconds":7}';
  const { policy, problems } = loadPolicy(join(homeWith('policy.json', asked), 'policy.json'));
  expect(policy).toMatchObject({ emergency: { limitSeconds: 1800, perDay: 9 }, stableSeconds: 7 });
  expect(problems).toEqual([expect.stringMatching(/policy\.json: emergency\.limitSeconds .* 1800/)]);
  const unit = readFileSync(join(import.meta.dirname, '../systemd/nanoclaw-emergency.service'), 'utf8');
  expect(unit).toContain(`\nRuntimeMaxSec=${SESSION_LIMIT_SECONDS / 60}min\n`);
});

test('every setting is explained in .env.example', () => {
  const example = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8');
  const missing = SETTING_NAMES.filter((name) => !example.includes(`# ${name}=`));
  expect(missing).toEqual([]);
});

test('who is told and who may command is read from .env', () => {
  const text = [
    'SLACK_WEBHOOK_URL=http://127.0.0.1/services/x',
    'ALERT_MENTION=<@12345> <@&67890> <@U0123>',
    'HEALTH_CHANNEL_ID=100000',
    'OPERATOR_IDS=11111, 22222',
    'DISCORD_BOT_TOKEN=planted-token',
  ].join('\n');
  expect(readSettings(homeWith('.env', text), {})).toMatchObject({
    webhook: null,
    slackWebhook: 'http://127.0.0.1/services/x',
    mention: '<@12345> <@&67890> <@U0123>',
    healthChannel: '100000',
    operators: ['11111', '22222'],
    secrets: expect.arrayContaining(['planted-token', 'http://127.0.0.1/services/x']),
    problems: [],
  });
});

test.each([
  ['ALERT_MENTION=@everyone', { mention: null }],
  ['HEALTH_CHANNEL_ID=general', { healthChannel: null }],
  ['OPERATOR_IDS=minji', { operators: [] }],
  ['DISCORD_WEBHOOK_URL_FALLBACK=ftp://x', { webhookFallback: null }],
])('%s is ignored and named', (line, expected) => {
  const settings = readSettings(homeWith('.env', line), {});
  expect(settings).toMatchObject(expected);
  expect(settings.problems).toEqual([expect.stringContaining(line.slice(0, line.indexOf('=')))]);
});
