/** The chaos run: a sample in `scripts/test.sh`, all of it in `npm run proof`. A failing seed says how to run it again. */
import { expect, it } from 'vitest';
import { isFull } from '../quiz/depth.ts';
import { runChaos, type Size } from './chaos.ts';

const MINUTE_MS = 60_000;
const span = (from: number, to: number) => ({ from: from * MINUTE_MS, to: to * MINUTE_MS });

const WHOLE: Size = {
  ...{ groups: 100, acts: 11_000, minutes: 100, restartAt: 52 },
  outages: { slack: span(10, 40), discord: span(60, 90) },
};
const SAMPLE: Size = {
  ...{ groups: 30, acts: 600, minutes: 7.5, restartAt: 5.5 },
  outages: { slack: span(1, 4), discord: span(2, 5) },
};

/**
 * MiB of heap the service may hold, whatever it has been through: about twice the 13 that were measured in the middle
 * of a whole run. A kilobyte or so kept for each message would be seen.
 */
const MOST_HELD_MIB = 24;

const seed = Number(process.env.NANOCLAW_SEED ?? 1);

it('loses nothing, answers nothing twice, elsewhere or out of order, and holds no more memory than it needs', async () => {
  const { line, verdict, leftovers, heldMiB, home } = await runChaos(seed, isFull ? WHOLE : SAMPLE);
  console.log(line);
  const { asked: _, ...found } = verdict;
  const again = `${isFull ? 'NANOCLAW_PROOF=full ' : ''}NANOCLAW_SEED=${seed} npx vitest run --project chaos`;
  expect(found, `again: ${again}; its home: ${home}`).toEqual({
    ...{ lost: [], twice: [], misplaced: [], disordered: 0 },
  });
  expect(leftovers).toEqual({ unsent: 0, running: 0, failed: 0 });
  expect(Math.max(...heldMiB)).toBeLessThan(MOST_HELD_MIB);
});
