/** Faults around scheduled tasks. The chat they speak in, and their runs on record, are the judges. */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { newestInput } from '../../src/offline-model/request.ts';
import type { Matcher } from '../world/anthropic.ts';
import { call, say } from '../world/anthropic-script.ts';
import { check, type Drill } from './drill.ts';
import type { Scene } from './scene.ts';

const UNNOTICED = { causes: [], tier: null, pages: 0 } as const;
/** From the moment the model orders it: enough to stop, to remove or to wait for commits before it comes. */
const AHEAD_SECONDS = 12;
const DONE = 'the task is done';

/** A model that schedules a task when it is asked to, and does it when its time has come. */
function scheduling(work: () => void): Matcher {
  return (request) => {
    const { text, toolResult } = newestInput(request);
    if (toolResult?.output.includes('next_run')) return say('It is scheduled.');
    if (text.includes('please schedule')) return call('mcp__nanoclaw__schedule_task', soon());
    if (!text.includes('do the task')) return null;
    work();
    return say(DONE);
  };
}

function soon(): object {
  const at = new Date(Date.now() + AHEAD_SECONDS * 1000).toISOString();
  return { prompt: 'do the task', schedule_type: 'once', schedule_value: at };
}

/**
 * Has the agent of the scene's chat schedule a task.
 * @param work what doing it brings about
 * @returns when it is due, milliseconds since the epoch
 */
async function schedule(scene: Scene, work: () => void = () => undefined): Promise<number> {
  scene.model = scheduling(work);
  const message = { id: randomUUID(), chat: 'drill', sender: 'minji', text: '@폴 please schedule' };
  const status = await scene.installation.order('POST', '/local/messages', message);
  check(status === 202, `the order to schedule was answered with ${status}`);
  const isThere = () => rows(scene, 'SELECT next_run FROM scheduled_tasks').length > 0;
  await scene.until(isThere, 'nothing was scheduled');
  const [task] = rows(scene, 'SELECT next_run FROM scheduled_tasks');
  return Date.parse(String(task?.next_run));
}

function rows(scene: Scene, sql: string): Record<string, unknown>[] {
  const db = new Database(scene.installation.paths.database, { readonly: true });
  try {
    return db.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    db.close();
  }
}

const said = (scene: Scene) =>
  rows(scene, `SELECT text FROM local_messages WHERE direction = 'out' AND text = '${DONE}'`).length;
const runs = (scene: Scene) => rows(scene, 'SELECT status FROM task_run_logs').map(({ status }) => status);

/** Waits for its one run, and sees that there is no other. */
async function ranOnce(scene: Scene): Promise<void> {
  await scene.until(() => said(scene) > 0, 'the task never spoke');
  await scene.until(() => runs(scene).every((status) => status === 'success'), 'a run has no end');
  await scene.quiet(3);
  check(said(scene) === 1, `it spoke ${said(scene)} times`);
  check(runs(scene).length === 1, `it has ${runs(scene).length} runs on record`);
}

const past = (scene: Scene, at: number) => scene.quiet(Math.max(0, at - Date.now()) / 1000 + 1);

export const SCHEDULE_DRILLS: readonly Drill[] = [
  {
    name: 'task-due-while-down',
    rows: [84],
    about: 'the time of a task comes while nothing runs: it has its run at the next start, once',
    expected: UNNOTICED,
    async run(scene) {
      const dueAt = await schedule(scene);
      await scene.inject(() => scene.installation.halt());
      check(runs(scene).length === 0, 'its time came before everything was down');
      await past(scene, dueAt);
      scene.installation.start();
      await ranOnce(scene);
      await scene.state('up');
    },
  },
  {
    name: 'task-killed-at-its-time',
    rows: [85],
    about: 'it is killed at a durable step just when a task is due: the task runs once',
    expected: { causes: ['crash'], tier: 1, pages: 0 },
    async run(scene) {
      const dueAt = await schedule(scene);
      // Not in the receipts of what was said before.
      await scene.until(() => Date.now() > dueAt - 1000, 'its time never came');
      await scene.dieAt('after 1');
      await scene.healed();
      await ranOnce(scene);
    },
  },
  {
    name: 'task-of-deleted-group',
    rows: [87],
    about:
      'the chat of a task is removed before its time: the task is cancelled, nobody hears of it, nothing fails',
    expected: UNNOTICED,
    async run(scene) {
      const dueAt = await schedule(scene);
      const status = await scene.installation.order('DELETE', '/groups?jid=local:drill', {});
      check(status === 200, `the group was not removed: ${status}`);
      scene.injectedAt = dueAt;
      const stateNow = () => rows(scene, 'SELECT status FROM scheduled_tasks')[0]?.status;
      await scene.until(() => stateNow() === 'cancelled', 'the task was not cancelled');
      await past(scene, dueAt);
      check(runs(scene).length === 0 && said(scene) === 0, 'it ran all the same');
      await scene.register();
    },
  },
  {
    name: 'task-that-restarts-us',
    rows: [88],
    about:
      'a task’s own work ends the orchestrator: the task is taken up again, ends once and is not begun anew',
    expected: { causes: ['crash'], tier: 1, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      let begun = 0;
      await schedule(scene, () => {
        begun += 1;
        if (begun > 1) return;
        scene.injectedAt = Date.now();
        process.kill(pid, 'SIGKILL');
      });
      await scene.until(() => begun > 0, 'the task never began');
      await scene.healed();
      await ranOnce(scene);
    },
  },
];
