/** Faults around scheduled tasks. The chat they speak in, and their runs on record, are the judges. */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { newestInput } from '../../src/offline-model/request.ts';
import type { Matcher } from '../world/anthropic.ts';
import { call, say } from '../world/anthropic-script.ts';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const UNNOTICED = { causes: [], tier: null, pages: 0 } as const;
/** From the moment the model orders it: enough to stop, to remove or to wait for commits before it comes. */
const AHEAD_SECONDS = 12;
const DONE = 'the task is done';

/** A model that schedules a task when it is asked to, and does it when its time has come. */
function scheduling(order: () => object, work: () => void): Matcher {
  return (request) => {
    const { text, toolResult } = newestInput(request);
    if (toolResult?.output.includes('next_run')) return say('It is scheduled.');
    if (text.includes('please schedule')) return call('mcp__nanoclaw__schedule_task', order());
    if (!text.includes('do the task')) return null;
    work();
    return say(DONE);
  };
}

function soon(): object {
  const at = new Date(Date.now() + AHEAD_SECONDS * 1000).toISOString();
  return { prompt: 'do the task', schedule_type: 'once', schedule_value: at };
}

type Plan = {
  order?: () => object;
  /** What doing it brings about. */
  work?: () => void;
};

/** Has the agent of the scene's chat schedule a task. @returns when it is due, milliseconds since the epoch */
async function schedule(scene: Scene, { order = soon, work = () => undefined }: Plan = {}): Promise<number> {
  scene.model = scheduling(order, work);
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

const turnsUnderWay = (scene: Scene) =>
  rows(scene, "SELECT id FROM turns WHERE state IN ('queued', 'running')").length;

const past = (scene: Scene, at: number) => scene.quiet(Math.max(0, at - Date.now()) / 1000 + 1);

const NEW_YORK = 'America/New_York';
const HOUR_MS = 3_600_000;
const dayIn = (zone: string, at: number) => new Date(at).toLocaleDateString('en-CA', { timeZone: zone });

/** Has the orchestrator begin anew at another time of the world. */
async function beginAt(scene: Scene, at: number): Promise<void> {
  await scene.installation.halt();
  scene.setClock(at);
  scene.installation.start();
  await scene.installation.up({ seconds: PATIENCE_SECONDS });
}

/** A task of every day, on a day on which its zone's clock is set: at the first such time, then an hour later. */
async function passChange(scene: Scene, before: string, value: string): Promise<void> {
  scene.setClock(Date.parse(before));
  await scene.open();
  const cron = { prompt: 'do the task', schedule_type: 'cron', schedule_value: value, time_zone: NEW_YORK };
  const dueAt = await schedule(scene, { order: () => cron });
  check(dayIn(NEW_YORK, dueAt) === before.slice(0, 10), `it is due ${new Date(dueAt).toISOString()}`);
  await scene.inject(() => beginAt(scene, dueAt + 1000));
  await ranOnce(scene);
  await beginAt(scene, dueAt + HOUR_MS + 1000);
  await ranOnce(scene);
}

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
    name: 'clock-goes-forward',
    rows: [86],
    about:
      'the hour of a daily task is left out where its zone goes over to summer time: it has its run that day, once',
    scene: { startsItself: true },
    expected: UNNOTICED,
    run: (scene) => passChange(scene, '2027-03-14T06:59:00Z', '30 2 * * *'),
  },
  {
    name: 'clock-goes-back',
    rows: [86],
    about:
      'the hour of a daily task comes twice where its zone goes back to winter time: it has one run that day',
    scene: { startsItself: true },
    expected: UNNOTICED,
    run: (scene) => passChange(scene, '2027-11-07T05:29:00Z', '30 1 * * *'),
  },
  {
    name: 'task-of-deleted-group',
    rows: [87],
    about:
      'the chat of a task is removed before its time: the task is cancelled, nobody hears of it, nothing fails',
    expected: UNNOTICED,
    async run(scene) {
      const dueAt = await schedule(scene);
      await scene.until(() => turnsUnderWay(scene) === 0, 'the turn that scheduled it has no end');
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
      const work = () => {
        begun += 1;
        if (begun > 1) return;
        scene.injectedAt = Date.now();
        process.kill(pid, 'SIGKILL');
      };
      await schedule(scene, { work });
      await scene.until(() => begun > 0, 'the task never began');
      await scene.healed();
      await ranOnce(scene);
    },
  },
];
