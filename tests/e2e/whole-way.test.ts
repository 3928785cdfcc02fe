/** A mention's whole way on real parts: CLI → SQLite → Docker container → Agent SDK with a Bash call → reply. */
import { execFileSync } from 'node:child_process';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';

let world: World;
let installation: Installation;
const containers = () =>
  execFileSync('docker', ['ps', '--filter', 'name=nanoclaw-main-', '--format', '{{.ID}}'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean);

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker' } });
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

describe('a mention', () => {
  it('is answered by a real agent that ran Bash inside its container', async () => {
    world.anthropic.script.queue(
      call('Bash', { command: 'echo "$(id -u) $(hostname) $PWD"', description: 'who and where' }),
    );
    world.anthropic.script.match((request) => {
      const last = JSON.stringify(request.messages.at(-1));
      const seen = /(\d+) ([0-9a-f]{12}) (\/workspace\/group)/.exec(last);
      return seen ? say(`uid ${seen[1]} in ${seen[2]} at ${seen[3]}`) : null;
    });
    const { code, stdout } = await installation.cli('chat', '--once', '@폴 어디에 있니?');
    expect(code).toBe(0);
    const [id] = containers();
    expect(stdout).toContain(`uid 1000 in ${id} at /workspace/group`);
  });

  it('is stored before it is answered, and delivered exactly once', () => {
    const db = new Database(installation.paths.database, { readonly: true });
    expect(db.prepare('SELECT content, asks FROM messages').all()).toEqual([
      { content: '@폴 어디에 있니?', asks: 1 },
    ]);
    expect(db.prepare('SELECT state FROM outbox').pluck().all()).toEqual(['sent']);
    expect(db.prepare("SELECT count(*) FROM local_messages WHERE direction = 'out'").pluck().get()).toBe(1);
    db.close();
  });

  it('goes into the live session when it follows up', async () => {
    const before = containers();
    world.anthropic.script.match((request) => {
      const text = JSON.stringify(request.messages);
      return text.includes('follow-up') && text.includes('어디에 있니')
        ? say('I remember the question before')
        : null;
    });
    const { stdout } = await installation.cli('chat', '--once', '@폴, follow-up');
    expect(stdout).toContain('I remember the question before');
    expect(containers()).toEqual(before);
  });

  it('leaves no secret in the container: neither environment, arguments nor files hold the key', () => {
    const [id = ''] = containers();
    const inspected = execFileSync('docker', ['inspect', id], { encoding: 'utf8' });
    const inside = execFileSync(
      'docker',
      [
        'exec',
        id,
        'sh',
        '-c',
        'cat /proc/*/environ /proc/*/cmdline 2>/dev/null; grep -rs test-world /home/node /workspace /run/nanoclaw || true',
      ],
      { encoding: 'utf8' },
    );
    expect(inspected + inside).not.toContain(world.addresses.apiKey);
    expect(world.anthropic.requests.every((request) => request.credential.accepted)).toBe(true);
  });

  it('leaves no container behind when the service stops', async () => {
    await installation.stop();
    expect(containers()).toEqual([]);
  });
});
