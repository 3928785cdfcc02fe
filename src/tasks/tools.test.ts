/** The tools as an agent calls them: through the same door as all others. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FakePublishing } from '../../tests/fakes/publishing.ts';
import { aGroup, aTurn } from '../../tests/fakes/records.ts';
import { TaskWorld } from '../../tests/fakes/task-world.ts';
import { createHostTools, type ToolContext } from '../agents/host-tools.ts';
import { GroupDirectory } from '../groups/directory.ts';

const MAIN: ToolContext = { folder: 'main', turn: 'turn1', jid: 'local:main', thread: 'T1' };
const TEAM: ToolContext = { folder: 'team', turn: 'turn2', jid: 'C1', thread: null };
const DAILY = { prompt: 'weather', schedule_type: 'cron', schedule_value: '0 9 * * *' };

let world: TaskWorld;
let changed: string[];
let records: string[];
let call: (tool: string, args: object, context?: ToolContext, id?: string) => Promise<Answer>;
type Answer = { ok: boolean; result: unknown };

beforeEach(async () => {
  world = new TaskWorld();
  world.groups = [aGroup(), aGroup({ jid: 'C1', folder: 'team' })];
  changed = [];
  records = [];
  await world.store.write(() => {
    world.store.turns.open(aTurn(), 0);
    world.store.turns.open(aTurn({ id: 'turn2', folder: 'team', jid: 'C1' }), 0);
  });
  const tools = createHostTools({
    store: world.store,
    directory: new GroupDirectory(world.store, world.clock),
    channels: [],
    files: { take: () => Promise.reject(new Error('no file is sent here')) },
    groupPath: (folder) => `/groups/${folder}`,
    desk: world.desk,
    publishing: new FakePublishing(world.store).publishing,
    onTasksChanged: (folder) => changed.push(folder),
    onRecord: ({ group, tool, result }) => records.push(`${group} ${tool} ${result}`),
    now: world.clock.now,
    deliver: async () => undefined,
  });
  let calls = 0;
  call = (tool, args, context = MAIN, id) => {
    calls += 1;
    const request = {
      type: 'request',
      seq: 1,
      id: id ?? `toolu_${calls}`,
      session: 's1',
      tool,
      args,
    } as const;
    return tools(request, context.folder, context);
  };
});

const open = () => world.store.tasks.open().map(({ id }) => id);

it('a scheduled task answers in the chat and thread it was asked for in', async () => {
  const answer = await call('schedule_task', DAILY);
  expect(answer).toMatchObject({ ok: true, result: { id: 'task1', next_run: '2026-01-01T09:00:00.000Z' } });
  expect(world.store.tasks.find('task1')).toMatchObject({
    jid: 'local:main',
    thread: 'T1',
    context: 'isolated',
    timeZone: null,
  });
  expect(changed).toEqual(['main']);
});

it('the same call again schedules nothing and answers the same', async () => {
  const first = await call('schedule_task', DAILY, MAIN, 'toolu_once');
  expect(await call('schedule_task', DAILY, MAIN, 'toolu_once')).toEqual(first);
  expect(open()).toEqual(['task1']);
});

it.each([
  ['a cron expression that is none', { schedule_value: '99 * * * *' }, /cron/],
  ['a time in the past', { schedule_type: 'once', schedule_value: '2020-01-01T00:00:00Z' }, /past/],
  ['an interval of a second', { schedule_type: 'interval', schedule_value: '1000' }, /minute/],
  ['a time zone that is none', { time_zone: 'Mars/Olympus' }, /time zone/],
  ['an unknown kind of schedule', { schedule_type: 'sometimes' }, /schedule_type/],
  ['an empty prompt', { prompt: '' }, /prompt/],
  ['a chat that is not registered', { chat: 'C404' }, /not registered/],
])('refuses %s with a reason', async (_what, args, reason) => {
  const answer = await call('schedule_task', { ...DAILY, ...args });
  expect(answer).toMatchObject({ ok: false, result: expect.stringMatching(reason) });
  expect(open()).toEqual([]);
});

describe('a group', () => {
  beforeEach(async () => {
    await call('schedule_task', DAILY, MAIN);
    await call('schedule_task', DAILY, TEAM);
  });

  it('sees its own tasks only, the main group all', async () => {
    const ids = async (context: ToolContext) =>
      ((await call('list_tasks', {}, context)).result as { id: string }[]).map(({ id }) => id);
    expect(await ids(TEAM)).toEqual(['task2']);
    expect((await ids(MAIN)).sort()).toEqual(['task1', 'task2']);
  });

  it.each(['get_task', 'update_task', 'pause_task', 'resume_task', 'cancel_task'])(
    'can’t reach another’s with %s, nor learn that there is one',
    async (tool) => {
      const foreign = await call(tool, { id: 'task1' }, TEAM);
      const unknown = await call(tool, { id: 'task404' }, TEAM);
      expect([foreign, unknown]).toEqual([
        { ok: false, result: 'there is no task task1' },
        { ok: false, result: 'there is no task task404' },
      ]);
    },
  );

  it('can’t schedule for another chat, which the main group can', async () => {
    const chat = { chat: 'C1' };
    expect(await call('schedule_task', { ...DAILY, chat: 'local:main' }, TEAM)).toMatchObject({
      ok: false,
      result: expect.stringMatching(/only the main group/),
    });
    await call('schedule_task', { ...DAILY, ...chat }, MAIN);
    expect(world.store.tasks.find('task3')).toMatchObject({ folder: 'team', jid: 'C1', thread: null });
  });

  it('has a hundred tasks at most', async () => {
    for (let count = 1; count < 100; count += 1) await call('schedule_task', DAILY, TEAM);
    expect(await call('schedule_task', DAILY, TEAM)).toMatchObject({
      ok: false,
      result: expect.stringMatching(/100/),
    });
  });
});

describe('a task', () => {
  beforeEach(async () => {
    await call('schedule_task', DAILY);
  });
  const task = () => world.store.tasks.find('task1');

  it('is changed in part', async () => {
    await call('update_task', { id: 'task1', prompt: 'the news' });
    expect(task()).toMatchObject({
      prompt: 'the news',
      value: '0 9 * * *',
      nextRun: '2026-01-01T09:00:00.000Z',
    });
    await call('update_task', { id: 'task1', schedule_value: '0 12 * * *', time_zone: 'Asia/Seoul' });
    expect(task()).toMatchObject({ prompt: 'the news', nextRun: '2026-01-01T03:00:00.000Z' });
  });

  it('stays as it is when the change is refused', async () => {
    const before = task();
    expect(await call('update_task', { id: 'task1', schedule_value: 'never' })).toMatchObject({ ok: false });
    expect(await call('update_task', { id: 'task1', schedule_type: 'once' })).toMatchObject({ ok: false });
    expect(task()).toEqual(before);
  });

  it('is paused, goes on, is cancelled for good', async () => {
    await call('pause_task', { id: 'task1' });
    expect(task()).toMatchObject({ status: 'paused', nextRun: null });
    await call('resume_task', { id: 'task1' });
    expect(task()).toMatchObject({ status: 'active', nextRun: '2026-01-01T09:00:00.000Z' });
    await call('cancel_task', { id: 'task1' });
    expect(task()).toMatchObject({ status: 'cancelled', nextRun: null });
    expect(await call('resume_task', { id: 'task1' })).toMatchObject({
      ok: false,
      result: expect.stringMatching(/cancelled/),
    });
  });

  it('shows its runs', async () => {
    await world.store.write(() => {
      world.store.turns.end('turn1', 'answered', null, 0);
      world.desk.act(null, 'task1', 'run');
    });
    await world.finish({ type: 'done', final: { ordinal: 1, text: 'sunny' }, session: null });
    const { result } = await call('get_task', { id: 'task1' });
    expect(result).toMatchObject({ last_result: 'sunny', runs: [{ dueAt: null, status: 'success' }] });
  });

  it('that runs is not run a second time beside', async () => {
    await world.store.write(() => world.desk.act(null, 'task1', 'run'));
    await expect(world.store.write(() => world.desk.act(null, 'task1', 'run'))).rejects.toThrow(/goes on/);
  });
});

it('a task for a single time whose time has passed is not resumed', async () => {
  const once = { ...DAILY, schedule_type: 'once', schedule_value: '2026-01-01T01:00:00Z' };
  await call('schedule_task', once);
  await call('pause_task', { id: 'task1' });
  world.clock.advance(7_200_000);
  expect(await call('resume_task', { id: 'task1' })).toMatchObject({
    ok: false,
    result: expect.stringMatching(/past/),
  });
});

describe('work that is handed over', () => {
  const HAND = { chat: 'C1', prompt: 'what is planned?' };

  it('waits for the other group’s lane, which is woken, and is to be answered where it was asked', async () => {
    const answer = await call('delegate', HAND);
    expect(answer).toEqual({ ok: true, result: { handed_to: 'team', task: 'task1' } });
    const place = { folder: 'team', jid: 'local:main', thread: 'T1', context: 'group' };
    expect(world.store.tasks.nextQueued('team')?.task).toMatchObject({ ...place, prompt: HAND.prompt });
    expect(changed).toEqual(['team']);
  });

  it('is handed over once, however often the same call comes', async () => {
    await call('delegate', HAND, MAIN, 'toolu_same');
    await call('delegate', HAND, MAIN, 'toolu_same');
    expect(open()).toEqual(['task1']);
  });

  it.each([
    ['by another group than main', HAND, TEAM, /only the main group/],
    ['to a chat that is not registered', { ...HAND, chat: 'C9' }, MAIN, /not registered/],
    ['to the main group itself', { ...HAND, chat: 'local:main' }, MAIN, /very group/],
  ])('is refused %s, and this is on record', async (_what, args, context, reason) => {
    const answer = await call('delegate', args, context);
    expect(answer).toEqual({ ok: false, result: expect.stringMatching(reason) });
    expect(open()).toEqual([]);
    expect(records).toEqual([`${context.folder} delegate refused`]);
  });

  it('gives the group that does it no place in the main chat’s schedule', async () => {
    const handed = { ...TEAM, jid: 'local:main' };
    const result = expect.stringMatching(/handed over/);
    expect(await call('schedule_task', DAILY, handed)).toEqual({ ok: false, result });
  });
});
