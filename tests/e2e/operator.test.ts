/**
 * Walks the operator's commands as they are printed in the documents, on an installation that has lived a little: a chat,
 * a crash, a mount that is refused, a task, a retry. What needs systemd is walked by systemd.test.ts.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

let world: World;
let installation: Installation;

beforeAll(async () => {
  world = await startWorld();
  world.anthropic.script.match(() => say('네, 알겠습니다.'));
  const slack = {
    ...{ SLACK_API_URL: world.addresses.slack, SLACK_BOT_TOKEN: world.addresses.slackBotToken },
    SLACK_APP_TOKEN: world.addresses.slackAppToken,
  };
  const signIn = { CLAUDE_OAUTH_TOKEN_URL: world.addresses.oauth };
  const threads = {
    THREADS_API_URL: world.addresses.threads,
    THREADS_ACCESS_TOKEN: world.threads.store.issue(true),
  };
  installation = await createInstallation({
    world,
    env: { NANOCLAW_SANDBOX: 'docker', ...slack, ...signIn, ...threads },
    policy: { stableSeconds: 2, restart: { backoffSeconds: [0, 0.1] } },
  });
  signInToClaude();
  symlinkSync(join(CHECKOUT, 'dist'), join(installation.home, 'dist'));
  installation.start();
  await installation.up();
  await live();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

function signInToClaude(): void {
  const folder = join(installation.env.HOME ?? '', '.claude');
  mkdirSync(folder);
  const claudeAiOauth = { ...world.oauth.store.issue(), expiresAt: Date.now() + 3_600_000 };
  writeFileSync(join(folder, '.credentials.json'), JSON.stringify({ claudeAiOauth }));
}

/** What leaves its traces in the log and on disk; the folder that the group is given is taken from the list afterwards. */
async function live(): Promise<void> {
  const home = installation.env.HOME ?? '';
  const site = join(home, 'projects', 'site');
  const allowlist = join(home, '.config', 'nanoclaw', 'mount-allowlist.json');
  const config = join(installation.home, 'team.json');
  for (const folder of [site, dirname(allowlist)]) mkdirSync(folder, { recursive: true });
  writeFileSync(allowlist, JSON.stringify({ allowedRoots: [{ path: '~/projects' }] }));
  writeFileSync(config, JSON.stringify({ additionalMounts: [{ hostPath: site }] }));
  await installation.cli(
    'groups',
    'add',
    'local:team',
    '--folder',
    'team',
    '--name',
    'team',
    '--config',
    config,
  );
  writeFileSync(allowlist, JSON.stringify({ allowedRoots: [] }));
  await installation.cli('chat', '--once', '@폴 안녕');
  await installation.cli('chat', '--chat', 'team', '--once', '@폴 안녕');
  const pid = installation.pid();
  process.kill(pid, 'SIGKILL');
  await installation.up({ not: pid });
  await until(
    () => installation.metrics('recovery')[0] ?? null,
    30,
    () => 'the crash has no recovery on record',
  );
  await installation.cli('chat', '--once', '@폴 다시 왔니?');
}

/** As the documents' reader types it, in the project's folder. `journalctl` prints what the two services have printed. */
function run(command: string): Promise<{ code: number | null; output: string }> {
  const log = join(installation.home, 'journal');
  writeFileSync(log, installation.output);
  const journal = `sudo() { "$@"; }; journalctl() { cat '${log}'; }; `;
  return new Promise((resolve) => {
    const shell = spawn('bash', ['-o', 'pipefail', '-c', journal + command], {
      ...{ cwd: installation.home, env: installation.env },
    });
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += chunk));
    shell.on('close', (code) => resolve({ code, output }));
  });
}

async function shows(command: string, pattern: RegExp): Promise<void> {
  const { code, output } = await run(command);
  expect({ command, code, output }).toEqual({ command, code: 0, output: expect.stringMatching(pattern) });
}

describe('the journal', () => {
  it.each<[string, RegExp]>([
    ['groupCount|NanoClaw running', /NanoClaw running .*"groupCount":\d/],
    ['Slack.*connected|Socket Mode', /Slack.*connected/i],
    ['ERROR|WARN|error|fail', /WARN|ERROR/],
    ['New message|Incoming', /New message/],
    ['Processing|Spawning|container', /Spawning agent container/],
    ['Starting|active|concurrency', /Starting nanoclaw/],
    ['Mount|mount|REJECTED', /Mount REJECTED.*projects\/site/],
    ['Auth: using Pro subscription OAuth token', /Auth: using Pro subscription OAuth token/],
  ])('is found by grep "%s"', async (pattern, line) => {
    await shows(`sudo journalctl -u nanoclaw --since "1h ago" | grep -E "${pattern}"`, line);
  });

  it.each(['timeout|timed out|SIGKILL', 'retry|Max retries'])(
    'takes grep "%s", whether there is such a line or not',
    async (pattern) => {
      expect((await run(`sudo journalctl -u nanoclaw -n 100 | grep -E "${pattern}"`)).code).toBeLessThan(2);
    },
  );

  it('never holds what people wrote', () => {
    expect(installation.output).not.toContain('안녕');
    expect(installation.output).not.toContain('알겠습니다');
  });
});

describe('containers', () => {
  it.each<[string, RegExp]>([
    ['docker ps --filter "name=nanoclaw-"', /nanoclaw-(main|team)-/],
    [
      'docker exec "$(docker ps -q --filter "name=nanoclaw-main-" --filter "label=nanoclaw.installation=$(jq -r .id data/installation.json)" | head -n 1)" cat /home/node/.claude/debug/latest',
      /\S/,
    ],
    [
      'docker run -i --rm --entrypoint ls nanoclaw-agent:latest /workspace/',
      /extra[\s\S]*global[\s\S]*group/,
    ],
    ['ls groups/main/logs/', /^container-.*\.log$/m],
    ['ls -lt groups/*/logs/container-*.log', /groups\/team\/logs\/container-/],
    ['ls -la data/sessions/main/.claude/debug/', /latest/],
    ['ls data/sessions/main/.claude/projects/-workspace-group/*.jsonl', /\.jsonl/],
  ])('%s', shows);

  it('are all gone after the documents’ stop-all, and the next question is answered all the same', async () => {
    const ours = `--filter "label=nanoclaw.installation=$(jq -r .id data/installation.json)"`;
    await run(`docker ps --filter "name=nanoclaw-" ${ours} -q | xargs -r docker stop`);
    expect((await installation.cli('chat', '--once', '@폴 아직 있니?')).code).toBe(0);
  });
});

describe('state on disk', () => {
  it.each<[string, RegExp]>([
    [
      'sqlite3 store/messages.db "SELECT chat_jid, MAX(timestamp) as latest FROM messages GROUP BY chat_jid"',
      /^local:main\|\d{4}-/m,
    ],
    [
      'sqlite3 store/messages.db "SELECT name, container_config FROM registered_groups;"',
      /^team\|\{.*projects\/site/m,
    ],
    [
      'sqlite3 store/messages.db ".tables"',
      /(?=[\s\S]*chats)(?=[\s\S]*messages)(?=[\s\S]*registered_groups)(?=[\s\S]*router_state)(?=[\s\S]*scheduled_tasks)(?=[\s\S]*sessions)(?=[\s\S]*task_run_logs)/,
    ],
    [
      'cat data/threads-token-state.json | jq -e "has(\\"accessToken\\") and has(\\"expiresAt\\") and has(\\"lastRefreshAt\\")"',
      /true/,
    ],
    ['stat -c %a .env data/threads-token-state.json', /^600\n600$/m],
    [
      `jq -s '[.[]|select(.metric=="recovery")]|group_by(.result)|map({result:.[0].result,count:length})' logs/metrics.jsonl`,
      /"result": "success",\s*"count": 1/,
    ],
  ])('%s', shows);

  it('data/host.pid is the running orchestrator, and a second one goes, saying why', async () => {
    const { output } = await run('ps -o args= -p "$(cat data/host.pid)"');
    expect(output).toMatch(/node.*index/);
    const second = await run('node dist/index.js');
    expect([second.code === 0, second.output]).toEqual([false, expect.stringMatching(/already run/i)]);
  });
});

describe('maintenance and sign-in', () => {
  it('every upkeep job has a next time', async () => {
    const { stdout } = await installation.cli('tasks', 'list', '--system');
    for (const job of [
      'log-rotation',
      'old-files',
      'store-pruning',
      'wal-checkpoint',
      'backup',
      'build-cache',
    ])
      expect(stdout).toMatch(new RegExp(`^${job} .*\\d{4}-\\d{2}-\\d{2}`, 'm'));
  });

  it('auth status says type, time left and which one is in use; refresh renews', async () => {
    const status = await installation.cli('auth', 'status');
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/5\d min.* left/) });
    expect(status.stdout).toContain('subscription');
    expect((await installation.cli('auth', 'refresh', '--force')).code).toBe(0);
    expect(world.oauth.store.granted).toBe(1);
  });

  it('backup makes what restore gives back', async () => {
    expect((await installation.cli('backup')).code).toBe(0);
    await shows('ls backups', /files-.*\.tar\.gz\nmessages-.*\.db/);
    const rows = 'sqlite3 -readonly "$f" "SELECT count(*) FROM messages WHERE content LIKE \'%안녕%\'"';
    await shows(`f=$(ls backups/messages-*.db); ${rows}`, /^2$/m);
    await shows('tar -tzf backups/files-*.tar.gz', /^groups\/main\/CLAUDE\.md$/m);
    expect((await installation.cli('restore', '--newest')).stderr).toMatch(/running|실행|stop/i);
    await installation.halt();
    const restored = await installation.cli('restore', '--newest');
    expect(restored).toMatchObject({ code: 0 });
    const unpack = 'rm -rf groups/main && tar -xzf backups/files-*.tar.gz -C "$NANOCLAW_HOME" groups/main';
    await shows(`${unpack} && cat groups/main/CLAUDE.md`, /# main/);
    installation.start();
    await installation.up();
    const asked = await installation.cli('chat', '--once', '@폴 돌아왔니?');
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('알겠습니다') });
    expect(readFileSync(join(installation.home, 'journal'), 'utf8')).not.toContain('돌아왔니');
  });
});
