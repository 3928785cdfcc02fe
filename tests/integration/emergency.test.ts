/** Tier 3 on the real parts: Claude Code in bubblewrap in tmux, a scripted model, a broken orchestrator. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { claim, EmergencyHome, evidence, mend, tryFix } from './fixtures/emergency-home.ts';
import { bundleSupervisor, until } from './fixtures/supervised-home.ts';

let bundle: string;
let home: EmergencyHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => home.close());

async function sessionEnds() {
  return until(
    `the session's end\n${home.output}`,
    async () => {
      const { length } = home.metrics('emergency_recovery');
      return length > 0 ? home.metrics('emergency_recovery')[0] : null;
    },
    60,
  );
}

test('a competent model finds the bad edit, its fix is tried, kept and proved', async () => {
  home = new EmergencyHome(bundle);
  await home.withModel(evidence('incident'), mend, tryFix, claim('FIX: removed the line'));
  home.breakIt();
  await home.start();
  const record = await sessionEnds();

  expect(record).toMatchObject({ result: 'done', tries: 1 });
  await home.untilStatus('closed', ({ incidents }) => incidents[0]?.state === 'closed');
  expect(home.metrics('recovery')).toMatchObject([{ result: 'success', tier: 3 }]);
  expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
}, 90_000);
