/** What a thousand times as many stored messages cost: the way of a message, and the question for the oldest unanswered one. */
import { createStore } from '../src/store/store.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { placeDatabase } from './database.ts';
import { type InProcess, type Samples, startInProcess } from './in-process.ts';
import { spreadOf } from './spread.ts';

const FEW = 1000;
const MANY = 1_000_000;
const MOST_TIMES = 1.2;
const WARM_UP = 20;
const SAMPLE_MS = 100;

export const scale: Bench = {
  name: 'scale',
  about: '1 k → 1 M stored messages: way of a message, oldest-unanswered query',
  async run(context) {
    const frames = await timeWays(context, context.quick ? 100 : 200);
    const queries = timeQueries(context, context.quick ? 5 : 15);
    return [toRow('mention → turn frame', 'ms', frames), toRow('oldest-unanswered query', 'µs', queries)];
  },
};

type Pair = { few: number[]; many: number[] };

function toRow(what: string, unit: string, { few, many }: Pair): Row {
  const baseline = { what: 'with 1 k messages', unit, figure: spreadOf(few) };
  const most = MOST_TIMES * baseline.figure.p50;
  const limits = [{ at: 'p50' as const, most, from: `${MOST_TIMES} × baseline` }];
  return { what: `${what} with 1 M messages`, unit, figure: spreadOf(many), limits, baseline };
}

/** Both services live at once and take turns, so that noise hits both alike. */
async function timeWays(context: BenchContext, turns: number): Promise<Pair> {
  const few = await startInProcess((path) => placeDatabase(context, FEW, path));
  const many = await startInProcess((path) => placeDatabase(context, MANY, path));
  const pair: Pair = { few: [], many: [] };
  try {
    for (let turn = -WARM_UP; turn < turns; turn += 1) {
      const [a, b] = [await frameOf(few), await frameOf(many)];
      if (turn < 0) continue;
      pair.few.push(a);
      pair.many.push(b);
    }
  } finally {
    await Promise.all([few.stop(), many.stop()]);
  }
  return pair;
}

async function frameOf(service: InProcess): Promise<number> {
  const samples: Samples = { frame: [], output: [], tool: [] };
  await service.turn(samples);
  return samples.frame[0] ?? Number.NaN;
}

/** Mean of the calls that fit into a sample's time, microseconds: one call alone is too short for the clock. */
function timeQueries(context: BenchContext, samples: number): Pair {
  const open = (messages: number) => {
    const path = `${context.folder}/queries-${messages}.db`;
    placeDatabase(context, messages, path);
    return createStore(path);
  };
  const [few, many] = [open(FEW), open(MANY)];
  const time = (store: typeof few) => {
    const began = performance.now();
    let calls = 0;
    for (; performance.now() - began < SAMPLE_MS; calls += 1) store.questions.oldestUnansweredAt();
    return (1000 * (performance.now() - began)) / calls;
  };
  const pair: Pair = { few: [], many: [] };
  for (let sample = -1; sample < samples; sample += 1) {
    const [a, b] = [time(few), time(many)];
    if (sample < 0) continue;
    pair.few.push(a);
    pair.many.push(b);
  }
  few.close();
  many.close();
  return pair;
}
