/**
 * The operator stops every agent container, as the documents say, while agents work: the mentions are answered all the
 * same, exactly once, and nobody is woken.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

const CHATS = ['main', 'team'];

let world: World;
let installation: Installation;
let label: string;

function docker(...args: string[]): string[] {
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}
/** `docker ps -q --filter name=nanoclaw-`, of this installation alone: others may run on the same engine. */
const agents = () => docker('ps', '-q', '--filter', 'name=nanoclaw-', '--filter', label);

function replies(): unknown[] {
  const db = new Database(installation.paths.database, { readonly: true });
  const found = db
    .prepare("SELECT chat, text FROM local_messages WHERE direction = 'out' ORDER BY chat")
    .all();
  db.close();
  return found;
}

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker' } });
  installation.start();
  await installation.up();
  const file = readFileSync(join(installation.paths.data, 'installation.json'), 'utf8');
  label = `label=nanoclaw.installation=${(JSON.parse(file) as { id: string }).id}`;
  const team = { jid: 'local:team', name: 'team', folder: 'team', requiresTrigger: false };
  await installation.order('PUT', '/groups', team);
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

describe('all agent containers stopped by hand', () => {
  it('during turns costs no answer and gives none twice', async () => {
    const pid = installation.pid();
    // Matchers, not a queue: interrupted requests are made again.
    world.anthropic.script.match((request) => {
      const text = JSON.stringify(request.messages);
      const chat = CHATS.find((name) => text.includes(`work-${name}`));
      if (!chat) return null;
      return text.includes('survived 1')
        ? say(`done in ${chat}`)
        : call('Bash', { command: 'sleep 3; echo survived $((0+1))', description: 'work' });
    });
    const asked = CHATS.map((chat) => installation.cli('chat', '--chat', chat, '--once', `@폴 work-${chat}`));
    const working = (chat: string) =>
      world.anthropic.requests.some(({ body }) =>
        JSON.stringify(body?.messages ?? []).includes(`work-${chat}`),
      );
    await until(
      () => CHATS.every(working),
      60,
      () => 'the turns never began',
    );
    const stopped = agents();
    expect(stopped.length).toBeGreaterThanOrEqual(CHATS.length);
    docker('stop', ...stopped);
    const answers = await Promise.all(asked);
    expect(answers.map(({ code, stdout }) => ({ code, stdout: stdout.trim() }))).toEqual(
      CHATS.map((chat) => ({ code: 0, stdout: `done in ${chat}` })),
    );
    expect(replies()).toEqual(CHATS.map((chat) => ({ chat, text: `done in ${chat}` })));
    expect(installation.pid()).toBe(pid);
    expect(agents().some((id) => stopped.includes(id))).toBe(false);
  });

  it('while they idle costs nothing: the next mention starts one', async () => {
    docker('stop', ...agents());
    world.anthropic.script.queue(say('here'));
    const { code, stdout } = await installation.cli('chat', '--once', '@폴 next one');
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'here' });
  });

  it('is no fault: nobody is paged and nothing is restarted', async () => {
    expect(world.webhook.deliveries).toEqual([]);
    const incidents = await installation.incidents();
    expect(incidents.filter(({ tier }) => tier === 1)).toEqual([]);
    const ends = installation.metrics('container').map(({ result }) => result);
    expect(ends).not.toContain('oom');
  });
});
