/** A mention's whole way on real parts: CLI → SQLite → Docker container → Agent SDK with a Bash call → reply. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';

let world: World;
let installation: Installation;
let label: string;
/** Agents of this installation alone: others may run on the same engine. */
const containers = () =>
  execFileSync('docker', ['ps', '--filter', label, '--format', '{{.ID}}'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker' } });
  installation.start();
  await installation.up();
  const { id } = JSON.parse(readFileSync(join(installation.paths.data, 'installation.json'), 'utf8')) as {
    id: string;
  };
  label = `label=nanoclaw.installation=${id}`;
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

describe('a mention', () => {
  it('is answered by a real agent that ran Bash inside its container', async () => {
    const command = 'echo "made by uid $(id -u) in $PWD" | tee /tmp/proof';
    world.anthropic.script.queue(call('Bash', { command, description: 'leave a proof' }));
    world.anthropic.script.match((request) => {
      const seen = /made by uid \d+ in [\w/]+/.exec(JSON.stringify(request.messages));
      return seen ? say(`done: ${seen[0]}`) : null;
    });
    const { code, stdout } = await installation.cli('chat', '--once', '@폴 어디에 있니?');
    expect({ code, stdout: stdout.trim() }).toEqual({
      code: 0,
      stdout: 'done: made by uid 1000 in /workspace/group',
    });
    const proof = execFileSync('docker', ['exec', containers()[0] ?? '', 'cat', '/tmp/proof'], {
      encoding: 'utf8',
    });
    expect(proof).toContain('uid 1000');
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
    world.anthropic.script.queue(say('as you asked before'));
    const { stdout } = await installation.cli('chat', '--once', '@폴, follow-up');
    expect(stdout.trim()).toBe('as you asked before');
    expect(JSON.stringify(world.anthropic.requests.at(-1)?.body?.messages)).toContain('어디에 있니');
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

describe('without Docker', () => {
  it('is answered by an agent under bubblewrap, and everybody is told what that does not protect', async () => {
    const bare = await createInstallation({ env: { NANOCLAW_SANDBOX: 'bubblewrap' } });
    bare.start();
    const { service } = await bare.up();
    const { code, stdout } = await bare.cli('chat', '--once', '@폴 run id -u; ls /; cat /etc/shadow 2>&1');
    await bare.stop();
    expect(code).toBe(0);
    expect(stdout).toContain('[offline model]');
    expect(stdout).toMatch(/workspace/);
    expect(stdout).toMatch(/No such file/);
    const sandbox = service.readiness?.components.find(
      (component) => component.name === 'sandbox:bubblewrap',
    );
    expect(sandbox).toMatchObject({ state: 'degraded', reason: expect.stringContaining('not protected') });
  });
});
