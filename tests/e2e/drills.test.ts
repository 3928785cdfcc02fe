/** Every drill passes: a few that take little time in each run, all of them in a full proof. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../contracts/exit-codes.ts';
import { DRILLS } from '../drills/all.ts';
import { Machines } from '../drills/machines.ts';
import { DRILL_LIMIT_MS, runDrill } from '../drills/run.ts';
import { drilledUnderSystemd } from '../drills/under-systemd.ts';
import { depth } from '../quiz/depth.ts';

/**
 * One of each kind that no other test of this folder brings about; together they take less than a minute on a machine that
 * has nothing else to do.
 */
const SAMPLE = [
  'both-killed',
  'env-lost',
  'half-update',
  'logs-read-only',
  'session-lost',
  'planted-secrets',
];
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

function drill(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'drill', ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const isWhole = depth(1, 0) === 1;

describe.each(isWhole ? DRILLS : DRILLS.filter(({ name }) => SAMPLE.includes(name)))(
  'the drill $name',
  (one) => {
    it('passes', { timeout: DRILL_LIMIT_MS }, async () => {
      const { verdict, why } = await runDrill(one);
      expect(verdict === 'failed' ? why : null).toBeNull();
    });
  },
);

describe('In a machine with systemd', () => {
  const machines = new Machines(() => undefined);
  afterAll(() => machines.remove());
  // A machine takes a minute to boot: one drill in which the unit is held down, and all in a full proof.
  const names = isWhole ? drilledUnderSystemd : new Set(['half-update']);

  it.each(DRILLS.filter(({ name }) => names.has(name)))(
    'the drill $name passes',
    { timeout: 2 * DRILL_LIMIT_MS },
    async (one) => {
      const { verdict, why } = await machines.play(one);
      expect(verdict === 'failed' ? why : null).toBeNull();
    },
  );
});

describe('nanoclaw drill', () => {
  it('lists them with their rows, and where other rows are brought about', async () => {
    const { code, stdout } = await drill('--list');
    expect(code).toBe(EXIT.ok);
    for (const { name, about } of DRILLS)
      expect(stdout).toMatch(new RegExp(`^${name} .*${about.slice(0, 20)}`, 'm'));
    expect(stdout).toContain('tests/e2e/systemd/orchestrator.ts');
  });

  it('says so when there is no such drill, or none was named', async () => {
    expect(await drill('kill-the-moon')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('kill-the-moon'),
    });
    expect((await drill()).code).toBe(EXIT.usage);
    expect((await drill('kill-idle', '--manager', 'none')).code).toBe(EXIT.usage);
    expect((await drill('kill-idle', '--jobs', '0')).code).toBe(EXIT.usage);
  });
});
