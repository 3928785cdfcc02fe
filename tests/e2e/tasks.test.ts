/** Scheduled tasks on real parts: an agent schedules, its answers come at their time, whatever dies in between. */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SystemJobRecord, TaskRecord } from '../../contracts/tasks.ts';
import { type MessagesRequest, newestInput } from '../../src/offline-model/request.ts';
import type { ScriptedAnswer } from '../../src/offline-model/wire.ts';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

let world: World;
let installation: Installation;

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker', TZ: 'Asia/Seoul' } });
  world.anthropic.script.match(schedule);
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

/** `schedule <name> in <n> s`: calls the tool, then confirms. */
function schedule(request: MessagesRequest): ScriptedAnswer | null {
  const { text, toolResult } = newestInput(request);
  if (toolResult?.output.includes('next_run')) return say('It is scheduled.');
  const wanted = /schedule (\w+) in (\d+) s/.exec(text);
  if (!wanted) return null;
  const at = new Date(Date.now() + Number(wanted[2]) * 1000).toISOString();
  const prompt = `task ${wanted[1]}`;
  return call('mcp__nanoclaw__schedule_task', { prompt, schedule_type: 'once', schedule_value: at });
}

/** What the model says when the time of a task has come. */
function answerTask(name: string): void {
  world.anthropic.script.match((request) =>
    newestInput(request).text.includes(`task ${name}`) ? say(`${name} is done`) : null,
  );
}

function query<T>(sql: string): T[] {
  const db = new Database(installation.paths.database, { readonly: true });
  const rows = db.prepare(sql).all() as T[];
  db.close();
  return rows;
}

const sent = (text: string) =>
  query<{ text: string }>("SELECT text FROM local_messages WHERE direction = 'out'").filter(
    (message) => message.text === text,
  ).length;
const arrival = (text: string) =>
  until(
    () => sent(text) > 0 || null,
    60,
    () => `"${text}" never came:\n${installation.output.slice(-4000)}`,
  );
const runsOf = (prompt: string) =>
  query<{ status: string }>(
    `SELECT r.status FROM task_run_logs r JOIN scheduled_tasks t ON t.id = r.task_id WHERE t.prompt = '${prompt}'`,
  ).map(({ status }) => status);
const ask = async (text: string) => (await installation.cli('chat', '--once', text)).stdout.trim();

async function kill(): Promise<void> {
  const pid = installation.pid();
  process.kill(pid, 'SIGKILL');
  await installation.up({ not: pid });
}

describe('a task that an agent schedules', () => {
  it('runs at its time in a session of its own, and its answer comes to the chat', async () => {
    answerTask('alpha');
    expect(await ask('@폴 schedule alpha in 3 s')).toBe('It is scheduled.');
    await arrival('alpha is done');
    const seen = world.anthropic.requests.find(({ body }) =>
      JSON.stringify(body?.messages).includes('scheduled-task'),
    );
    expect(JSON.stringify(seen?.body?.messages)).not.toContain('schedule alpha');
    await until(
      () => runsOf('task alpha')[0] === 'success' || null,
      10,
      () => 'the run has no end on record',
    );
  });

  it('runs when the orchestrator was killed before its time', async () => {
    answerTask('beta');
    expect(await ask('@폴 schedule beta in 4 s')).toBe('It is scheduled.');
    await kill();
    await arrival('beta is done');
    expect(sent('beta is done')).toBe(1);
    expect(runsOf('task beta')).toHaveLength(1);
  });

  it('is the same run when the orchestrator is killed in the middle of it', async () => {
    world.anthropic.script.match((request) => {
      const all = JSON.stringify(request.messages);
      if (!all.includes('task gamma')) return null;
      return all.includes('slept 1')
        ? say('gamma is done')
        : call('Bash', { command: 'sleep 5; echo slept $((0+1))', description: 'sleep' });
    });
    // Posted, not asked: on a busy machine the reply may be read only after the run is over.
    const asked = { id: randomUUID(), chat: 'main', sender: 'kim', text: '@폴 schedule gamma in 2 s' };
    expect(await installation.order('POST', '/local/messages', asked)).toBe(202);
    await until(
      () => runsOf('task gamma')[0] === 'running' || null,
      20,
      () => 'the run never began',
    );
    await until(
      () => JSON.stringify(world.anthropic.requests.at(-1)?.body?.messages).includes('task gamma') || null,
      20,
      () => 'the model was never asked',
    );
    await kill();
    await arrival('gamma is done');
    await until(
      () => runsOf('task gamma')[0] === 'success' || null,
      10,
      () => 'the run has no end on record',
    );
    expect({ sent: sent('gamma is done'), runs: runsOf('task gamma') }).toEqual({
      sent: 1,
      runs: ['success'],
    });
  });
});

describe('nanoclaw tasks', () => {
  const list = async () => JSON.parse((await installation.cli('tasks', '--json')).stdout) as TaskRecord[];

  it('lists, runs, pauses, resumes and cancels', async () => {
    answerTask('delta');
    await ask('@폴 schedule delta in 3600 s');
    const id = (await list())[0]?.id ?? '';
    expect((await installation.cli('tasks')).stdout).toContain('task delta');
    expect((await installation.cli('tasks', 'run', id)).code).toBe(0);
    await arrival('delta is done');
    for (const [action, status] of [
      ['pause', 'paused'],
      ['resume', 'active'],
    ] as const) {
      expect((await installation.cli('tasks', action, id)).code).toBe(0);
      expect((await list())[0]?.status).toBe(status);
    }
    expect((await installation.cli('tasks', 'show', id)).stdout).toContain('delta is done');
    expect((await installation.cli('tasks', 'cancel', id)).code).toBe(0);
    expect(await list()).toEqual([]);
    const unknown = await installation.cli('tasks', 'cancel', 'nothing');
    expect({ code: unknown.code, said: unknown.stderr }).toEqual({
      code: 1,
      said: expect.stringContaining('there is no task nothing'),
    });
  });

  it('shows the upkeep and when it comes next', async () => {
    const { stdout } = await installation.cli('tasks', 'list', '--system', '--json');
    const jobs = JSON.parse(stdout) as SystemJobRecord[];
    expect(jobs.map(({ name }) => name)).toEqual([
      ...['log-rotation', 'old-files', 'store-pruning', 'wal-checkpoint', 'backup', 'build-cache'],
      'supervisor-files',
    ]);
    for (const { nextRun } of jobs) expect(Date.parse(nextRun ?? '')).toBeGreaterThan(Date.now());
  });
});
