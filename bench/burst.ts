/**
 * 10 000 messages over 100 groups, all groups at once, over the control socket of a real orchestrator. They ask
 * nothing, so no agent is started: this is the store's way in. Each is stored twice, in the journal and in the local
 * platform's own record, and counts once its answer, which means durable, has come.
 */
import Database from 'better-sqlite3';
import { createInstallation } from '../tests/e2e/installation.ts';
import type { Bench } from './bench.ts';
import { endChild, rssOf } from './child.ts';
import { chatName, GROUPS, placeDatabase } from './database.ts';
import { Control } from './http.ts';
import { bootOrchestrator } from './orchestrator.ts';
import { spreadOf } from './spread.ts';

const MESSAGES = 10_000;
const PER_SECOND = 1000;

export const burst: Bench = {
  name: 'burst',
  about: '10 000 messages over 100 groups: stored per second, none lost, memory',
  async run(context) {
    const [rates, growth, lost]: [number[], number[], number[]] = [[], [], []];
    for (let round = context.quick ? 1 : 3; round > 0; round -= 1) {
      const installation = await createInstallation();
      placeDatabase(context, 0, installation.paths.database);
      const { child, pid } = await bootOrchestrator(installation, context.dist);
      try {
        const before = rssOf(pid);
        rates.push(await pour(installation.paths.controlSocket));
        growth.push(rssOf(pid) - before);
        lost.push(MESSAGES - countStored(installation.paths.database));
      } finally {
        await endChild(child);
        await installation.stop();
      }
    }
    const row = { baseline: null, limits: [] };
    return [
      {
        ...row,
        what: 'burst, 10 000 messages',
        unit: '/s',
        figure: spreadOf(rates),
        limits: [{ at: 'p50', least: PER_SECOND }],
      },
      {
        ...row,
        what: 'burst, messages lost',
        unit: '',
        figure: spreadOf(lost),
        limits: [{ at: 'p99', most: 0 }],
      },
      { ...row, what: 'burst, RSS growth', unit: 'MiB', figure: spreadOf(growth) },
    ];
  },
};

/** @returns messages a second */
async function pour(controlSocket: string): Promise<number> {
  const control = new Control(controlSocket, GROUPS);
  const began = performance.now();
  const all = Array.from({ length: MESSAGES }, (_, index) =>
    control.say(chatName(index % GROUPS), `b${index}`, `message ${index} of a burst`),
  );
  await Promise.all(all);
  const seconds = (performance.now() - began) / 1000;
  await control.close();
  return MESSAGES / seconds;
}

function countStored(path: string): number {
  const db = new Database(path, { readonly: true });
  const count = db.prepare<[], number>('SELECT count(*) FROM messages').pluck().get() ?? 0;
  db.close();
  return count;
}
