/** The orchestrator ends while no supervisor is there: whether somebody wanted that is known all the same. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive } from '../../supervisor/process/birth.ts';
import { createInstallation, type Installation } from './installation.ts';
import { until } from './until.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await createInstallation({ policy: { stableSeconds: 1 } });
  installation.start();
  await installation.up();
});
afterAll(() => installation?.stop());

/** The supervisor goes first, then the process, and both are started anew. */
async function endBoth(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const pid = installation.pid();
  const supervisor = installation.supervisor;
  const gone = supervisor && once(supervisor, 'exit');
  supervisor?.kill('SIGKILL');
  await gone;
  process.kill(pid, signal);
  await until(
    () => !isAlive(pid, null) || null,
    30,
    () => `pid ${pid} has not ended`,
  );
  installation.start();
  await installation.up({ not: pid });
}

/** What the orchestrator's ends were taken for; whether there is an engine and an image is no matter of this. */
const crashes = async () => (await installation.incidents()).filter(({ cause }) => cause === 'crash');

it('an end that a person asked for is a stop, and the service runs again with the supervisor', async () => {
  await endBoth('SIGTERM');
  expect(await crashes()).toEqual([]);
  expect(installation.metrics('operator_stop')).toMatchObject([{ result: 'stopped' }]);
});

it('a kill is a crash, on record once', async () => {
  await endBoth('SIGKILL');
  expect(await crashes()).toHaveLength(1);
  expect(installation.metrics('operator_stop')).toHaveLength(1);
});
