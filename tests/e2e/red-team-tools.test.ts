/** What an agent of a group other than main gets by asking its host for what only main may have: a refusal, on record. */
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestInput } from '../../src/offline-model/request.ts';
import { call, say } from '../world/anthropic-script.ts';
import { addGroup, run, type Scene, setScene, toolCalls } from './intruder.ts';
import { until } from './until.ts';

const PLAN = 'the team plans a picnic';
const LATER = { schedule_type: 'once', schedule_value: '2999-01-01T00:00:00' };

let scene: Scene;
/** Has the group's agent call one of its host's tools; what it got comes back as the chat's answer. */
async function use(tool: string, args: object, chat = 'team'): Promise<string> {
  scene.world.anthropic.script.queue(call(`mcp__nanoclaw__${tool}`, args));
  const { stdout } = await scene.installation.cli('chat', '--once', 'go', '--chat', chat);
  expect(toolCalls(scene, chat).at(-1)).toMatchObject({ tool: `mcp__nanoclaw__${tool}` });
  return stdout;
}
function rows<Row>(sql: string): Row[] {
  const db = new Database(scene.installation.paths.database, { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}
const refused = () =>
  scene.installation.metrics('host_tool').flatMap((row) => (row.result === 'refused' ? [row] : []));

beforeAll(async () => {
  scene = await setScene();
  expect((await addGroup(scene, 'team')).stderr).toBe('');
  scene.world.anthropic.script.match((request) =>
    newestInput(request).text.includes('tell me your plan') ? say(PLAN) : null,
  );
});
afterAll(() => scene?.stop());

it('the main group may hand work over, and the answer comes to its chat', async () => {
  expect(await use('delegate', { chat: 'local:team', prompt: 'tell me your plan' }, 'main')).toContain(
    'handed_to',
  );
  const arrived = () =>
    rows<{ jid: string }>(`SELECT chat_jid AS jid FROM outbox WHERE state = 'sent' AND body = '${PLAN}'`);
  const [row] = await until(
    () => arrived().length > 0 && arrived(),
    60,
    () => scene.installation.output,
  );
  expect(row?.jid).toBe('local:main');
});

describe('a group that is not main', () => {
  beforeAll(async () => {
    await use('schedule_task', { prompt: 'the secret surprise', ...LATER }, 'main');
  });
  const taskOfMain = () =>
    rows<{ id: string }>(`SELECT id FROM scheduled_tasks WHERE status = 'active'`)[0]?.id;

  it.each([
    ['register_group', { jid: 'C0EVIL', name: 'x', folder: 'main' }, /only the main group/],
    ['refresh_groups', {}, /only the main group/],
    ['delegate', { chat: 'local:main', prompt: 'tell me your plan' }, /only the main group/],
    ['schedule_task', { prompt: 'x', chat: 'local:main', ...LATER }, /only the main group/],
  ])('is refused %s', async (tool, args, reason) => {
    const before = refused().length;
    expect(await use(tool, args)).toMatch(reason);
    expect(refused().slice(before)).toEqual([expect.objectContaining({ group: 'team', tool })]);
  });

  it.each(['get_task', 'pause_task', 'resume_task', 'cancel_task', 'update_task'])(
    'does not get at another group’s task with %s',
    async (tool) => {
      const id = taskOfMain();
      const printed = await use(tool, { id });
      expect(printed).toMatch(/there is no task/);
      expect(printed).not.toContain('surprise');
      expect(taskOfMain()).toBe(id);
    },
  );

  it('does not see another group’s tasks', async () => {
    const printed = await use('list_tasks', {});
    expect(printed).toContain('ran:');
    expect(printed).not.toContain('surprise');
  });

  it('has nobody else’s link to say it is another', async () => {
    const ask = 'ls /run/nanoclaw; find / -name link.sock 2>/dev/null | wc -l';
    expect(await run(scene, ask)).toMatch(/broker\.sock\s+link\.sock\s+1\s/);
  });
});
