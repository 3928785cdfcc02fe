import { expect, it } from 'vitest';
import { aTurn } from '../../tests/fakes/records.ts';
import { FileRefusedError } from '../files/outgoing.ts';
import { createStore } from '../store/store.ts';
import { TaskDesk } from '../tasks/desk.ts';
import type { ToolRequest } from './agent.ts';
import { createHostTools, type ToolContext } from './host-tools.ts';

const CONTEXT: ToolContext = { folder: 'main', turn: 'turn1', jid: 'local:main', thread: null };
const request = (more: Partial<ToolRequest> = {}): ToolRequest => ({
  type: 'request',
  seq: 1,
  id: 'toolu_01',
  session: 's1',
  tool: 'send_message',
  args: { text: 'half done' },
  ...more,
});

async function setUp() {
  const store = createStore(':memory:');
  await store.write(() => {
    store.turns.open(aTurn(), 0);
  });
  const delivered: string[] = [];
  const call = createHostTools({
    store,
    files: {
      async take(groupDir, path, key) {
        if (path.startsWith('/')) throw new FileRefusedError('only files of the group can be sent');
        return { name: path, path: `${groupDir}/${key}`, bytes: 1 };
      },
    },
    groupPath: (folder) => `/groups/${folder}`,
    desk: new TaskDesk({
      store,
      groupOf: () => undefined,
      newTaskId: () => 'task1',
      timeZone: 'UTC',
      now: () => 0,
    }),
    onTasksChanged: () => undefined,
    now: () => 0,
    deliver: async (jid) => {
      delivered.push(jid);
    },
  });
  const bodies = () => store.db.prepare('SELECT body FROM outbox').pluck().all();
  return { store, call, delivered, bodies };
}

it('puts a message on its way at once and answers', async () => {
  const { call, delivered, bodies } = await setUp();
  await expect(call(request(), 'main', CONTEXT)).resolves.toEqual({ ok: true, result: { sent: true } });
  expect(bodies()).toEqual(['half done']);
  expect(delivered).toEqual(['local:main']);
});

it('has no second effect when the same call comes again, but for another call it has', async () => {
  const { call, bodies } = await setUp();
  await call(request(), 'main', CONTEXT);
  await expect(call(request(), 'main', CONTEXT)).resolves.toEqual({ ok: true, result: { sent: true } });
  await call(request({ id: 'toolu_02' }), 'main', CONTEXT);
  expect(bodies()).toHaveLength(2);
});

it('keeps a key within the 25 characters that platforms allow, beside the numbered replies', async () => {
  const { store, call } = await setUp();
  await call(request(), 'main', CONTEXT);
  const key = store.db.prepare('SELECT key FROM outbox').pluck().get() as string;
  expect(key.length).toBeLessThanOrEqual(25);
  expect(store.outbox.lastOrdinal('turn1')).toBe(0);
});

it('sends a file of the group with its caption, and tells the agent why one can’t be sent', async () => {
  const { store, call } = await setUp();
  const send = (id: string, path: string) =>
    call(request({ id, tool: 'send_file', args: { path, caption: 'the plan' } }), 'main', CONTEXT);
  await expect(send('toolu_03', 'plan.md')).resolves.toEqual({ ok: true, result: { sent: true } });
  const row = store.outbox.next('local:main');
  expect(row).toMatchObject({
    body: 'the plan',
    file: { name: 'plan.md', path: `/groups/main/${row?.key}` },
  });
  const refusal = { ok: false, result: 'only files of the group can be sent' };
  await expect(send('toolu_04', '/etc/passwd')).resolves.toEqual(refusal);
});

it.each([
  ['an unknown tool', request({ tool: 'constructor' }), CONTEXT, /no tool/],
  ['wrong arguments', request({ args: { text: '' } }), CONTEXT, /text/],
  ['no running turn', request(), null, /no turn/],
])('refuses %s with a reason', async (_what, asked, context, reason) => {
  const { call, bodies } = await setUp();
  await expect(call(asked, 'main', context)).resolves.toMatchObject({
    ok: false,
    result: expect.stringMatching(reason),
  });
  expect(bodies()).toEqual([]);
});
