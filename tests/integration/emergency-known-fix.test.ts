/** The same bad edit three times: a model mends it twice, the third time nobody asks one. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { claim, EmergencyHome, mend, tryFix } from './fixtures/emergency-home.ts';
import { bundleSupervisor, until } from './fixtures/supervised-home.ts';

let bundle: string;
let home: EmergencyHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => home.close());

const learnings = () =>
  readFileSync(join(home.home, 'supervisor', 'learnings.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { fixId: string; proof: string });

async function breakAndHeal(count: number): Promise<Record<string, unknown>> {
  home.breakIt();
  if (count === 1) await home.start();
  else process.kill((await home.status())?.service.pid ?? 0, 'SIGKILL');
  const record = await until(
    `session ${count}\n${home.output}`,
    async () => home.metrics('emergency_recovery')[count - 1] ?? null,
    60,
  );
  await home.untilStatus('closed', ({ incidents }) => incidents.every(({ state }) => state === 'closed'));
  expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
  return record;
}

test('a fix that cured twice cures the third time without a model', async () => {
  home = new EmergencyHome(bundle);
  await home.withModel(mend, tryFix, claim('fixed'), mend, tryFix, claim('fixed'));
  expect(await breakAndHeal(1)).toMatchObject({ result: 'done', tries: 1, turns: 3 });
  expect(await breakAndHeal(2)).toMatchObject({ result: 'done', tries: 1, turns: 3 });
  const asked = home.anthropic?.requests.length;
  expect(await breakAndHeal(3)).toMatchObject({
    ...{ result: 'done', tries: 1, turns: 0, cost_usd: 0 },
    reason: expect.stringContaining('no model was asked'),
  });
  expect(home.anthropic?.requests.length).toBe(asked);
  expect(new Set(learnings().map(({ fixId }) => fixId)).size).toBe(1);
  expect(learnings()).toHaveLength(3);
  const last = home.sessionFolders().at(-1) ?? '';
  const audit = readFileSync(join(home.home, 'supervisor', 'sessions', last, 'audit.jsonl'), 'utf8');
  expect(audit).toMatch(/"verb":"run_known_fix".*"outcome":"ok: kept: 2 good looks in a row/);
}, 150_000);
