/** Crash, hang and a broken configuration, injected for real under the `child` manager. */

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

/** Short enough to wait for, long enough to tell a stall of this machine from a hang. */
const HANG_SECONDS = 3;
/** Far below the heartbeat limit, far above what a busy machine adds; how fast exactly is for the bench to say. */
const BY_SIGNAL_MS = 500;
const POLICY = { hang: { limitSeconds: HANG_SECONDS }, stableSeconds: 2 };

let world: World;
let installation: Installation;

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({ world, policy: POLICY, env: { NANOCLAW_SANDBOX: 'docker' } });
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

/** New messages; edits of the first one carry progress. */
const messages = () => world.webhook.deliveries.filter(({ kind }) => kind === 'message');
const closed = (count: number) =>
  until(
    async () => {
      const done = (await installation.incidents()).filter((incident) => incident.state === 'closed');
      return done.length >= count ? done : null;
    },
    30,
    () => 'no incident was closed',
  );

describe('a crash in the middle of a turn', () => {
  it('is seen by its signal, healed by tier 1, and the mention is still answered exactly once', async () => {
    // A matcher, not a queue: the interrupted model request is made again.
    world.anthropic.script.match((request) => {
      const text = JSON.stringify(request.messages);
      if (!text.includes('@폴 work')) return null;
      return text.includes('survived 1')
        ? say('done after the crash')
        : call('Bash', { command: 'sleep 3; echo survived $((0+1))', description: 'work' });
    });
    const asked = installation.cli('chat', '--once', '@폴 work');
    const pid = installation.pid();
    await until(
      () => world.anthropic.requests.length > 0 || null,
      30,
      () => 'the turn never began',
    );
    const killedAt = Date.now();
    process.kill(pid, 'SIGKILL');
    await installation.up({ not: pid });
    const { code, stdout } = await asked;
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'done after the crash' });

    const db = new Database(installation.paths.database, { readonly: true });
    expect(db.prepare("SELECT text FROM local_messages WHERE direction = 'out'").pluck().all()).toEqual([
      'done after the crash',
    ]);
    db.close();
    const [incident] = await closed(1);
    expect(incident).toMatchObject({ cause: 'crash', outcome: 'success', tier: 1, pages: 0 });
    expect((incident?.seenAt ?? Infinity) - killedAt).toBeLessThan(BY_SIGNAL_MS);
    expect(installation.metrics('recovery')).toMatchObject([{ result: 'success', tier: 1, cause: 'crash' }]);
  });
});

describe('a frozen orchestrator', () => {
  it('is seen within the limit and healed', async () => {
    const pid = installation.pid();
    process.kill(pid, 'SIGSTOP');
    await installation.up({ not: pid });
    const [incident] = await closed(2);
    expect(incident).toMatchObject({ cause: 'hang', outcome: 'success', tier: 1 });
    expect(incident?.mttd).toBeLessThan(HANG_SECONDS + 2);
    const { stdout } = await installation.cli('chat', '--once', '@폴 still there?');
    expect(stdout.trim()).not.toBe('');
  });
});

describe('a configuration with which no start succeeds', () => {
  it('is tried once more, then paged once with the reason: more starts would not mend it', async () => {
    await installation.stop();
    installation = await createInstallation({
      world,
      policy: { ...POLICY, restart: { backoffSeconds: [0, 0.05] } },
      env: { MAX_CONCURRENT_CONTAINERS: 'many' },
    });
    installation.start();
    await until(
      async () => (await installation.status())?.service.state === 'held' || null,
      30,
      () => `not held:\n${installation.output}`,
    );
    const page = await until(
      () => messages().at(-1) ?? null,
      10,
      () => 'no page',
    );
    const [incident] = await installation.incidents();
    expect(incident).toMatchObject({ cause: 'bad_config', state: 'open', pages: 1 });
    expect(JSON.stringify(page)).toContain(incident?.id);
    expect(messages()).toHaveLength(1);
    expect(installation.output).toContain('MAX_CONCURRENT_CONTAINERS must be a number');
  });

  it('comes back by itself once the file is mended, and says so once', async () => {
    installation.writeEnv({ DISCORD_WEBHOOK_URL: world.addresses.webhook });
    await installation.up();
    await closed(1);
    await until(
      () => messages().length === 2 || null,
      10,
      () => 'no resolved notice',
    );
    expect(JSON.stringify(messages()[1])).toContain('well again');
  });
});
