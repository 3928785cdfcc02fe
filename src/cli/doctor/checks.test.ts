import { describe, expect, it } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import { readCliSettings } from '../settings.ts';
import { doctorEn } from '../texts/doctor-en.ts';
import { CHECKS } from './catalog.ts';
import type { CommandResult, Machine } from './check.ts';

const NOW = Date.UTC(2026, 10, 21);
const SECRET = 'sk-ant-api03-secret';
const ran = (code: number, output = ''): CommandResult => ({ kind: 'ran', code, output });
const missing: CommandResult = { kind: 'missing' };

const ENGINE = { ServerVersion: '20.10', SecurityOptions: ['name=seccomp,profile=default'] };
const ROOTLESS = { ...ENGINE, SecurityOptions: [...ENGINE.SecurityOptions, 'name=rootless'] };
const NO_CGROUPS = JSON.stringify({ ...ROOTLESS, CgroupDriver: 'none' });
const NO_CPU = `${JSON.stringify({ ...ENGINE, CpuCfsQuota: false })}\nWARNING: No cpu cfs quota support`;

type World = {
  env?: string;
  mode?: number;
  home?: string;
  homeMode?: number | null;
  writable?: boolean;
  free?: number;
  node?: string;
  login?: unknown;
  commands?: Record<string, CommandResult>;
  listening?: number[];
  answers?: Record<string, unknown>;
};

const sessionsIn = (kind: string, reason = ''): World => ({
  answers: { '8788/api/status': { emergencySandbox: { kind, reason } } },
});

/** A machine on which all is well, with what the case changes. */
function machineOf(world: World, home: string): Machine {
  const files: Record<string, string | undefined> = {
    [`${home}/.env`]: world.env,
    '/root/.claude/.credentials.json': world.login === undefined ? undefined : JSON.stringify(world.login),
  };
  const commands: Record<string, CommandResult> = {
    'docker version': ran(0, '20.10'),
    'docker image': ran(0),
    'docker info': ran(0, JSON.stringify(ENGINE)),
    bwrap: ran(0),
    tmux: ran(0, 'tmux 3.3a'),
    jq: ran(0, 'jq-1.6'),
    ...world.commands,
  };
  return {
    nodeVersion: world.node ?? '20.20.0',
    homeFolder: '/root',
    readText: async (path) => files[path] ?? null,
    modeOf: async (path) => {
      if (path === home) return world.homeMode === undefined ? 0o755 : world.homeMode;
      return files[path] === undefined ? null : (world.mode ?? 0o600);
    },
    isWritable: async () => world.writable ?? true,
    freeBytes: async () => world.free ?? 2 ** 40,
    run: async (command, args) => commands[command] ?? commands[`${command} ${args[0]}`] ?? missing,
    isListening: async (port) => (world.listening ?? []).includes(port),
    askJson: async (port, path) => world.answers?.[`${port}${path}`] ?? null,
  };
}

async function look(id: string, world: World) {
  const home = world.home ?? '/srv/nanoclaw';
  const check = CHECKS.find((candidate) => candidate.id === id);
  if (!check) throw new Error(`no check ${id}`);
  const settings = readCliSettings(world.env ?? null, {});
  const patient = { paths: homePaths(home), settings, environment: {}, now: () => NOW, say: doctorEn };
  return check.look(patient, machineOf(world, home));
}

const login = (over: object) => ({
  claudeAiOauth: { accessToken: SECRET, refreshToken: 'r', expiresAt: NOW + 60_000, ...over },
});

describe('the doctor', () => {
  const HOOK = 'DISCORD_WEBHOOK_URL=https://x.example/y';
  const cases: [id: string, when: string, world: World, expected: 'ok' | 'error' | 'warn' | 'info'][] = [
    ['node', 'it is new enough', {}, 'ok'],
    ['node', 'it is too old', { node: '20.9.0' }, 'error'],
    ['env', 'there is none', {}, 'info'],
    ['env', 'it is private', { env: 'TZ=Asia/Seoul' }, 'ok'],
    ['env', 'others may read it', { env: 'TZ=Asia/Seoul', mode: 0o644 }, 'error'],
    ['env', 'a line means nothing', { env: 'nonsense\nTZ=Asia/Seoul' }, 'warn'],
    [
      'api-key',
      'the key that outranks the subscription is set',
      { env: `ANTHROPIC_API_KEY=${SECRET}` },
      'error',
    ],
    ['home', 'it is too deep for sockets', { home: `/srv/${'x'.repeat(90)}` }, 'error'],
    ['home', 'it is missing', { homeMode: null }, 'error'],
    ['home', 'it is read-only', { writable: false }, 'error'],
    ['disk', 'there is plenty', {}, 'ok'],
    ['disk', 'an image no longer fits', { free: 2 ** 31 }, 'warn'],
    ['disk', 'it is nearly full', { free: 2 ** 20 }, 'error'],
    ['docker', 'the engine answers', {}, 'ok'],
    ['docker', 'there is no client', { commands: { 'docker version': missing } }, 'warn'],
    ['docker', 'the engine hangs', { commands: { 'docker version': { kind: 'too_late' } } }, 'warn'],
    ['image', 'it is missing', { commands: { 'docker image': ran(1) } }, 'error'],
    ['image', 'there is no engine to ask', { commands: { 'docker version': missing } }, 'ok'],
    ['bubblewrap', 'it is missing but Docker works', { commands: { bwrap: missing } }, 'info'],
    [
      'bubblewrap',
      'no sandbox is left',
      { commands: { bwrap: ran(1, 'no'), 'docker version': missing } },
      'error',
    ],
    ['sandbox', 'the engine has all it needs', {}, 'ok'],
    ['sandbox', 'the engine can’t limit CPU', { commands: { 'docker info': ran(0, NO_CPU) } }, 'info'],
    [
      'sandbox',
      'the engine runs without root',
      { commands: { 'docker info': ran(0, JSON.stringify(ROOTLESS)) } },
      'ok',
    ],
    ['sandbox', 'it can limit nothing then', { commands: { 'docker info': ran(0, NO_CGROUPS) } }, 'info'],
    ['sandbox', 'there is bubblewrap alone', { commands: { 'docker info': ran(1) } }, 'info'],
    ['sandbox', 'there is nothing', { commands: { 'docker info': ran(1), bwrap: missing } }, 'error'],
    ['model', 'nobody is signed in', {}, 'warn'],
    ['model', 'the subscription is valid', { login: login({}) }, 'ok'],
    ['model', 'the token can be refreshed', { login: login({ expiresAt: 1 }) }, 'ok'],
    ['model', 'the token is spent', { login: login({ expiresAt: 1, refreshToken: null }) }, 'warn'],
    ['model', 'the file is damaged', { login: { other: 1 } }, 'warn'],
    ['model', 'a prepaid key stands in', { env: `ANTHROPIC_API_KEY_FALLBACK=${SECRET}` }, 'ok'],
    ['model', 'the key is of another kind', { env: 'ANTHROPIC_API_KEY_FALLBACK=oat01' }, 'error'],
    ['router', 'no proxy is named', {}, 'ok'],
    ['router', 'it is switched off', { env: 'ROUTER_MODE=claude-only\nCOPILOT_API_URL=here' }, 'ok'],
    ['router', 'the address is none', { env: 'COPILOT_API_URL=here' }, 'error'],
    ['router', 'nothing listens there', { env: 'COPILOT_API_URL=http://127.0.0.1:4141' }, 'warn'],
    [
      'router',
      'the proxy listens',
      { env: 'COPILOT_API_URL=http://127.0.0.1:4141', listening: [4141] },
      'ok',
    ],
    ['pager', 'there is none', {}, 'warn'],
    ['pager', 'its address is no address', { env: 'DISCORD_WEBHOOK_URL=here' }, 'error'],
    ['pager', 'Slack alone is there', { env: 'SLACK_WEBHOOK_URL=https://x.example/y' }, 'ok'],
    ['pager', 'the second address is none', { env: `${HOOK}\nSLACK_WEBHOOK_URL=here` }, 'error'],
    ['pager', '#health is set up by half', { env: `${HOOK}\nHEALTH_CHANNEL_ID=100000` }, 'warn'],
    ['ports', 'both are free', {}, 'ok'],
    ['ports', 'another program has one', { listening: [8787] }, 'error'],
    ['ports', 'we have one', { listening: [8787], answers: { '8787/livez': { startId: 'a' } } }, 'ok'],
    ['supervisor', 'it does not answer', {}, 'warn'],
    ['orchestrator', 'it does not answer', {}, 'warn'],
    ['tmux', 'it is missing', { commands: { tmux: missing } }, 'warn'],
    ['emergency-sandbox', 'the supervisor does not answer', {}, 'info'],
    ['emergency-sandbox', 'sessions have a unit', sessionsIn('unit'), 'ok'],
    ['emergency-sandbox', 'they run in bubblewrap', sessionsIn('bubblewrap'), 'info'],
    ['emergency-sandbox', 'they run in a container', sessionsIn('container'), 'ok'],
    ['emergency-sandbox', 'its engine lacks a guard', sessionsIn('container', 'no cpu'), 'info'],
    ['emergency-sandbox', 'they cannot run', sessionsIn('none'), 'warn'],
    ['jq', 'it is missing', { commands: { jq: missing } }, 'info'],
    ['clock', 'the zone is unknown', { env: 'TZ=Mars/Base' }, 'error'],
  ];
  it.each(cases)('judges %s when %s', async (id, _when, world, expected) => {
    const finding = await look(id, world);
    expect(finding.ok ? 'ok' : finding.severity).toBe(expected);
    expect(JSON.stringify(finding)).not.toContain(SECRET);
  });
});
