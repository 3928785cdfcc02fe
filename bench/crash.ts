/**
 * kill -9 under the supervisor: when it is seen (by the incident's time, in whole milliseconds), and when the service is ready again, against
 * a plain boot without a supervisor right before each crash.
 */
import { createInstallation, type Installation } from '../tests/e2e/installation.ts';
import type { Bench } from './bench.ts';
import { answeredAt } from './http.ts';
import { HEAL_OFTEN, injure } from './incidents.ts';
import { timeBoot } from './orchestrator.ts';
import { spreadOf } from './spread.ts';

const SEEN_MS = 10;
const OVER_BOOT_MS = 50;

export const crash: Bench = {
  name: 'crash',
  about: 'kill -9: seen, ready again, against a plain boot',
  async run(context) {
    const [supervised, alone] = [
      await createInstallation({ policy: HEAL_OFTEN }),
      await createInstallation(),
    ];
    const [seen, again, plain]: [number[], number[], number[]] = [[], [], []];
    try {
      supervised.start();
      await supervised.up();
      for (let round = context.quick ? 5 : 11; round > 0; round -= 1) {
        plain.push((await timeBoot(alone, context.dist)).readyMs);
        const healed = await crashOnce(supervised);
        again.push(healed.readyMs);
        seen.push(healed.seenMs);
      }
    } finally {
      await Promise.all([supervised.stop(), alone.stop()]);
    }
    const baseline = { what: 'plain boot, no supervisor', unit: 'ms', figure: spreadOf(plain) };
    const most = baseline.figure.p50 + OVER_BOOT_MS;
    return [
      {
        what: 'crash → seen',
        unit: 'ms',
        figure: spreadOf(seen),
        limits: [{ at: 'p90', most: SEEN_MS }],
        baseline: null,
      },
      {
        what: 'crash → ready again',
        unit: 'ms',
        figure: spreadOf(again),
        limits: [{ at: 'p50', most, from: `baseline + ${OVER_BOOT_MS}` }],
        baseline,
      },
    ];
  },
};

async function crashOnce(installation: Installation): Promise<{ seenMs: number; readyMs: number }> {
  const { at, closed } = await injure(installation, 'SIGKILL');
  const ready = await answeredAt(`http://127.0.0.1:${installation.opsPort}/readyz`);
  const { cause, seenAt } = await closed();
  if (cause !== 'crash') throw new Error(`a ${cause} came in between`);
  return { seenMs: seenAt - at.wall, readyMs: ready - at.mono };
}
