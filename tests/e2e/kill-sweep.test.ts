/** Kills the orchestrator at moments spread over the life of a turn; the chat's own record is the judge. */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

/** Milliseconds after the mention was stored: before its agent starts, while it starts, thinks, answers, and after. */
const MOMENTS = [0, 15, 60, 150, 300, 500, 750, 900, 1000, 1100, 1250, 1500];

let world: World;
let installation: Installation;

const replies = () => {
  const db = new Database(installation.paths.database, { readonly: true });
  const texts = db
    .prepare("SELECT text FROM local_messages WHERE direction = 'out' ORDER BY seq")
    .pluck()
    .all() as string[];
  db.close();
  return texts;
};

beforeAll(async () => {
  world = await startWorld();
  world.anthropic.script.match((request) => {
    const asked = JSON.stringify(request.messages)
      .match(/question \d+/gu)
      ?.at(-1);
    return asked ? say(`answer to ${asked}`) : null;
  });
  const policy = { stableSeconds: 1, restart: { backoffSeconds: [0], budget: 100 } };
  installation = await createInstallation({ world, policy, env: { NANOCLAW_SANDBOX: 'docker' } });
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

it.each(MOMENTS)('answers exactly once when it is killed %i ms after the mention', async (moment) => {
  const text = `question ${moment}`;
  const pid = installation.pid();
  const post = { id: randomUUID(), chat: 'main', sender: 'test', text: `@폴 ${text}` };
  expect(await installation.order('POST', '/local/messages', post)).toBe(202);
  const stored = performance.now();
  await until(
    () => performance.now() - stored >= moment || null,
    10,
    () => 'time stands still',
  );
  process.kill(pid, 'SIGKILL');
  await installation.up({ not: pid });
  await until(
    () => replies().includes(`answer to ${text}`) || null,
    40,
    () => `no answer:\n${installation.output.slice(-3000)}`,
  );
});

it('has lost nothing, answered nothing twice, and kept the order', () => {
  expect(replies()).toEqual(MOMENTS.map((moment) => `answer to question ${moment}`));
});
