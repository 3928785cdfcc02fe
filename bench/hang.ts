/** SIGSTOP: how long after the configured limit the hang is seen. The limit counts from the last heartbeat. */
import { setTimeout as pause } from 'node:timers/promises';
import { createInstallation, type Installation } from '../tests/e2e/installation.ts';
import type { Bench } from './bench.ts';
import { HEAL_OFTEN, injure } from './incidents.ts';
import { spreadOf } from './spread.ts';

const LIMIT_SECONDS = 2;
const BEYOND_LIMIT_MS = 250;
const POLICY = { ...HEAL_OFTEN, hang: { limitSeconds: LIMIT_SECONDS } };
/** Heartbeats come once a second: freezing at different moments between two shows the whole range. */
const HEARTBEAT_MS = 1000;

export const hang: Bench = {
  name: 'hang',
  about: `SIGSTOP: seen, with a limit of ${LIMIT_SECONDS} s`,
  async run(context) {
    const rounds = context.quick ? 3 : 7;
    const installation = await createInstallation({ policy: POLICY });
    const late: number[] = [];
    try {
      installation.start();
      await installation.up();
      for (let round = 0; round < rounds; round += 1) {
        await pause((HEARTBEAT_MS * round) / rounds);
        late.push((await freezeOnce(installation)) - LIMIT_SECONDS * 1000);
      }
    } finally {
      await installation.stop();
    }
    const figure = spreadOf(late);
    const limits = [{ at: 'p99' as const, most: BEYOND_LIMIT_MS }];
    return [{ what: 'hang seen, after SIGSTOP and the limit', unit: 'ms', figure, limits, baseline: null }];
  },
};

/** @returns milliseconds from the freeze until it was seen */
async function freezeOnce(installation: Installation): Promise<number> {
  const { at, closed } = await injure(installation, 'SIGSTOP');
  const { cause, seenAt } = await closed();
  if (cause !== 'hang') throw new Error(`a ${cause} came in between`);
  return seenAt - at.wall;
}
