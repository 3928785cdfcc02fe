/** What a person does in a chat beside asking: commands, stopping, sending files, deciding where the assistant answers. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

let world: World;
let installation: Installation;

const once = async (text: string, chat = 'main') =>
  (await installation.cli('chat', '--once', text, '--chat', chat)).stdout.trim();
const post = (text: string) =>
  installation.order('POST', '/local/messages', { id: randomUUID(), chat: 'main', sender: 'kim', text });
function query<T>(sql: string): T[] {
  const db = new Database(installation.paths.database, { readonly: true });
  const rows = db.prepare(sql).all() as T[];
  db.close();
  return rows;
}
const runningTurns = () => query("SELECT id FROM turns WHERE state = 'running'").length;
const lastTurn = () =>
  query<{ state: string; stop: string | null }>('SELECT state, stop FROM turns ORDER BY started_at, rowid')
    .filter(({ state }) => state !== 'answered')
    .at(-1);
const sleeping = () => {
  const listed = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return listed.split('\n').filter((line) => line.startsWith('sleep 4321')).length;
};

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({
    world,
    env: { NANOCLAW_SANDBOX: 'docker', NANOCLAW_LANG: 'ko' },
  });
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

describe('a command', () => {
  it('is answered without a model', async () => {
    const asked = world.anthropic.requests.length;
    expect(await once('상태')).toMatch(/^✅ 가동 .*대기 중, 대기 질문 0건/);
    expect(await once('@폴 도움말')).toContain('`중지`');
    expect(await once('tasks')).toBe('이 채팅에 예약된 작업이 없습니다.');
    expect(world.anthropic.requests).toHaveLength(asked);
  });

  it('stop ends what runs, down to its processes, and the conversation goes on', async () => {
    world.anthropic.script.queue(call('Bash', { command: 'sleep 4321', description: 'sleep long' }));
    expect(await post('잠깐 자고 와')).toBe(202);
    await until(
      () => sleeping() > 0 || null,
      30,
      () => `nothing sleeps:\n${installation.output.slice(-2000)}`,
    );
    expect(await once('중지')).toBe('🛑 중단했습니다. 지금까지 보낸 내용은 그대로 있습니다.');
    await until(
      () => runningTurns() === 0 || null,
      10,
      () => 'the turn still runs',
    );
    expect(lastTurn()).toEqual({ state: 'stopped', stop: 'stop' });
    await until(
      () => sleeping() === 0 || null,
      10,
      () => 'its process still sleeps',
    );
    world.anthropic.script.queue(say('여기 있어요'));
    expect(await once('거기 있니?')).toBe('여기 있어요');
    expect(JSON.stringify(world.anthropic.requests.at(-1)?.body?.messages)).toContain('잠깐 자고 와');
  });

  it('stop holds across a crash: the turn is not taken up again', async () => {
    world.anthropic.script.queue(call('Bash', { command: 'sleep 4321', description: 'sleep long' }));
    await post('또 자고 와');
    await until(
      () => sleeping() > 0 || null,
      30,
      () => 'nothing sleeps',
    );
    const pid = installation.pid();
    expect(await post('멈춰')).toBe(202);
    process.kill(pid, 'SIGKILL');
    await installation.up({ not: pid });
    await until(
      () => runningTurns() === 0 || null,
      20,
      () => `still runs:\n${installation.output.slice(-2000)}`,
    );
    expect(lastTurn()).toEqual({ state: 'stopped', stop: 'stop' });
    await until(
      () => sleeping() === 0 || null,
      20,
      () => 'its process still sleeps',
    );
  });

  it('reset begins a new conversation and keeps memory', async () => {
    world.anthropic.script.queue(say('기억할게요'));
    await once('내 암호는 바나나');
    expect(await once('reset')).toMatch(/^🔄 /);
    world.anthropic.script.queue(say('처음 뵙겠습니다'));
    expect(await once('안녕')).toBe('처음 뵙겠습니다');
    expect(JSON.stringify(world.anthropic.requests.at(-1)?.body?.messages)).not.toContain('바나나');
  });
});

describe('a file', () => {
  it('that the agent made is sent with its caption; one outside its folder is refused with a reason', async () => {
    const command = 'echo 계획 > /workspace/group/plan.md';
    world.anthropic.script.queue(
      call('Bash', { command, description: 'write' }),
      call('mcp__nanoclaw__send_file', { path: '/workspace/group/plan.md', caption: '여기 계획' }),
      call('mcp__nanoclaw__send_file', { path: '/etc/passwd' }),
      say('보냈어요'),
    );
    await once('계획 보내줘');
    const sent = query<{ text: string }>("SELECT text FROM local_messages WHERE direction = 'out'");
    expect(sent.map(({ text }) => text).slice(-2)).toEqual(['여기 계획\n📎 plan.md (7 bytes)', '보냈어요']);
    expect(JSON.stringify(world.anthropic.requests.at(-1)?.body?.messages)).toContain(
      'only files below /workspace/group can be sent',
    );
  });
});

describe('groups', () => {
  it('are added, listed, changed and removed from the command line', async () => {
    const add = await installation.cli('groups', 'add', 'local:team', '--folder', 'team');
    expect(add).toMatchObject({ code: 0, stdout: expect.stringContaining('"team"') });
    world.anthropic.script.queue(say('팀 안녕'));
    expect(await once('@폴 안녕', 'team')).toBe('팀 안녕');
    const set = await installation.cli('groups', 'add', 'local:team', '--always', '--bots', 'context');
    expect(set.code).toBe(0);
    const { stdout } = await installation.cli('groups', '--json');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ jid: 'local:team', folder: 'team', requiresTrigger: false, bots: 'context' }),
    );
    expect((await installation.cli('groups', 'available')).stdout).toMatch(/local:team +team/);
    expect((await installation.cli('groups', 'remove', 'local:team')).code).toBe(0);
    expect((await installation.cli('groups')).stdout).not.toContain('local:team');
  });

  it.each([
    [['groups', 'add', 'somewhere', '--folder', 'x'], 'is no chat address'],
    [['groups', 'add', 'local:new'], '--folder'],
    [['groups', 'add', 'local:new', '--folder', '../up'], 'letters'],
    [['groups', 'add', 'local:new', '--folder', 'x', '--pattern', '(('], 'regular expression'],
    [['groups', 'add', 'local:main', '--folder', 'other'], 'belongs to the group "main"'],
    [['groups', 'remove', 'local:main'], 'stays'],
    [['groups', 'remove', 'local:none'], 'not registered'],
  ])('%j is refused with what is wrong', async (args, reason) => {
    const { code, stderr } = await installation.cli(...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      new RegExp(
        reason.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('--folder', '(--folder|그룹을 지정)'),
      ),
    );
  });

  it('channels tell how each platform is', async () => {
    const { stdout } = await installation.cli('channels');
    expect(stdout).toMatch(/channel:local[\s\S]*channel:discord[\s\S]*DISCORD_BOT_TOKEN/);
  });
});
