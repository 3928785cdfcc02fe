/** Every drill passes: a few that take little time in each run, all of them in a full proof. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../contracts/exit-codes.ts';
import { DRILLS } from '../drills/all.ts';
import { ELSEWHERE } from '../drills/elsewhere.ts';
import { DRILL_LIMIT_MS, runDrill } from '../drills/run.ts';
import { depth } from '../quiz/depth.ts';

/** One of each kind; together they take less than a minute on a machine that has nothing else to do. */
const SAMPLE = ['kill-mid-turn', 'both-killed', 'http-500', 'bad-release', 'planted-secrets'];
/** What the drills are to cover: process, health, data, pages, operator. */
const GROUPS = [
  [1, 35],
  [49, 58],
  [77, 83],
  [98, 100],
] as const;

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

function drill(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'drill', ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe.each(depth(1, 0) === 1 ? DRILLS : DRILLS.filter(({ name }) => SAMPLE.includes(name)))(
  'the drill $name',
  (one) => {
    it('passes', { timeout: DRILL_LIMIT_MS }, async () => {
      const { verdict, why } = await runDrill(one);
      if (verdict !== 'skipped') expect(why).toBeNull();
    });
  },
);

describe('nanoclaw drill', () => {
  it('covers every row of its groups', async () => {
    const { code, stdout } = await drill('--list', '--json');
    expect(code).toBe(EXIT.ok);
    const listed = (JSON.parse(stdout) as { name: string; rows: number[] }[]).flatMap(({ rows }) => rows);
    const covered = new Set([...listed, ...ELSEWHERE.flatMap(({ rows }) => rows)]);
    const all = GROUPS.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
    expect(all.filter((row) => !covered.has(row))).toEqual([]);
    expect(new Set(DRILLS.map(({ name }) => name)).size).toBe(DRILLS.length);
  });

  it('says so when there is no such drill, or none was named', async () => {
    expect(await drill('kill-the-moon')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('kill-the-moon'),
    });
    expect((await drill()).code).toBe(EXIT.usage);
  });
});
