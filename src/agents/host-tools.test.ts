import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { FakePublishing } from '../../tests/fakes/publishing.ts';
import { aTurn } from '../../tests/fakes/records.ts';
import { FileRefusedError } from '../files/outgoing.ts';
import { GroupDirectory } from '../groups/directory.ts';
import { createStore } from '../store/store.ts';
import { TaskDesk } from '../tasks/desk.ts';
import { createHostTools, type ToolContext } from './host-tools.ts';
import type { ToolRequest } from './run.ts';

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
  const records: string[] = [];
  const directory = new GroupDirectory(store, new FakeClock());
  const named = { jid: 'C0123', name: 'general', isGroup: true };
  const call = createHostTools({
    ...{ store, directory, channels: [{ available: async () => [named] }] },
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
    publishing: new FakePublishing(store).publishing,
    onTasksChanged: () => undefined,
    onRecord: ({ group, tool, result }) => records.push(`${group} ${tool} ${result}`),
    now: () => 0,
    deliver: async (jid) => {
      delivered.push(jid);
    },
  });
  const bodies = () => store.db.prepare('SELECT body FROM outbox').pluck().all();
  return { store, directory, call, delivered, bodies, records };
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

describe('the main group', () => {
  const register = (args: object = {}) =>
    request({
      id: JSON.stringify(args),
      tool: 'register_group',
      args: { jid: 'C0123', name: 'general', folder: 'team', ...args },
    });

  it('lets another chat in, which asks by the assistant’s name unless said otherwise', async () => {
    const { directory, call } = await setUp();
    const answer = { ok: true, result: { registered: 'C0123', folder: 'team' } };
    await expect(call(register(), 'main', CONTEXT)).resolves.toEqual(answer);
    expect(directory.find('C0123')).toMatchObject({ folder: 'team', requiresTrigger: true, bots: 'ignore' });
    await call(register({ requires_trigger: false }), 'main', CONTEXT);
    expect(directory.find('C0123')?.requiresTrigger).toBe(false);
  });

  it('leaves to the operator who may ask', async () => {
    const { directory, call } = await setUp();
    const names = { jid: 'C0123', name: 'general', folder: 'team' };
    const rules = { triggerPattern: null, requiresTrigger: true, senders: ['U1'], bots: 'context' } as const;
    await directory.register({ ...names, ...rules });
    await call(register({ name: 'renamed' }), 'main', CONTEXT);
    expect(directory.find('C0123')).toMatchObject({ name: 'renamed', senders: ['U1'], bots: 'context' });
  });

  it('sees the chats that the platforms name', async () => {
    const { call } = await setUp();
    const answer = await call(request({ tool: 'refresh_groups', args: {} }), 'main', CONTEXT);
    const chat = { jid: 'C0123', name: 'general', isGroup: true, folder: null };
    expect(answer).toEqual({ ok: true, result: [chat] });
  });

  it.each([
    ['a folder that leads elsewhere', { folder: '../main' }, /letters, digits/],
    ['the folder that all share', { folder: 'global' }, /taken/],
    ['a chat address that is none', { jid: 'nowhere' }, /chat address/],
    ['a pattern that is none', { trigger_pattern: '(' }, /regular expression/],
  ])('is refused %s', async (_what, args, reason) => {
    const { directory, call } = await setUp();
    const result = expect.stringMatching(reason);
    await expect(call(register(args), 'main', CONTEXT)).resolves.toEqual({ ok: false, result });
    expect(directory.all()).toEqual([]);
  });

  it.each(['register_group', 'refresh_groups'])(
    'alone may use %s, whatever a call says of itself',
    async (tool) => {
      const { directory, call, records } = await setUp();
      const asked = { ...register({ isMain: true }), tool };
      const refusal = { ok: false, result: expect.stringContaining('only the main group') };
      // The turn's own record counts as little as the arguments: the link does.
      await expect(call(asked, 'other', CONTEXT)).resolves.toEqual(refusal);
      expect(directory.all()).toEqual([]);
      expect(records).toEqual([`other ${tool} refused`]);
    },
  );
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
