/** `nanoclaw metrics` over a million records, against the documented `jq -s` recipe on the same file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileNameAt } from '../metrics/record.ts';
import { createInstallation } from '../tests/e2e/installation.ts';
import type { Bench } from './bench.ts';
import { peakRssOf } from './child.ts';
import { spreadOf } from './spread.ts';

const RECORDS = 1_000_000;
const SHARE_OF_JQ = 1 / 8;
const RSS_MIB = 110;
const LOOK_EVERY_MS = 10;
const RECIPE = '[.[]|select(.metric=="recovery")]|group_by(.result)|map({result:.[0].result,count:length})';
/** Of a hundred records. */
const MIX = { http_check: 60, egress: 24, turn: 8, delivery: 7, recovery: 1 };

export const summary: Bench = {
  name: 'summary',
  about: 'summary of 1 M metric records, against jq -s',
  async run(context) {
    const installation = await createInstallation();
    const path = join(installation.paths.logs, fileNameAt(Date.now()));
    await mkdir(installation.paths.logs, { recursive: true });
    await writeRecords(path);
    const ours: Run[] = [];
    const jq: Run[] = [];
    for (let round = context.quick ? 2 : 3; round > 0; round -= 1) {
      const args = [`${context.dist}cli.js`, 'metrics', '--json', '--since', '1d'];
      ours.push(await measure(process.execPath, args, installation.env));
      jq.push(await measure('jq', ['-s', RECIPE, path], process.env));
    }
    await installation.stop();
    const times = (runs: Run[]) => spreadOf(runs.map(({ ms }) => ms));
    const peaks = (runs: Run[]) => spreadOf(runs.map(({ rss }) => rss));
    const most = SHARE_OF_JQ * times(jq).p50;
    return [
      {
        what: 'summary of 1 M records',
        unit: 'ms',
        figure: times(ours),
        limits: [{ at: 'p50', most, from: '1/8 of baseline' }],
        baseline: { what: 'jq -s', unit: 'ms', figure: times(jq) },
      },
      {
        what: 'summary of 1 M records, peak RSS',
        unit: 'MiB',
        figure: peaks(ours),
        limits: [{ at: 'p50', most: RSS_MIB }],
        baseline: { what: 'jq -s', unit: 'MiB', figure: peaks(jq) },
      },
    ];
  },
};

type Run = { ms: number; rss: number };

async function measure(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const began = performance.now();
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('exit', resolve);
  });
  const [code, rss] = await Promise.all([ended, followPeak(child)]);
  if (code !== 0) throw new Error(`${program} ended with code ${code}`);
  return { ms: performance.now() - began, rss };
}

/** The kernel keeps the peak, so only the growth of the last moments can be missed. */
async function followPeak(child: ChildProcess): Promise<number> {
  let peak = 0;
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, peakRssOf(child.pid));
    await pause(LOOK_EVERY_MS);
  }
  return peak;
}

async function writeRecords(path: string): Promise<void> {
  const metrics = Object.entries(MIX).flatMap(([metric, share]) =>
    Array.from({ length: share }, () => metric),
  );
  const file = createWriteStream(path);
  const start = Math.floor(Date.now() / 1000);
  for (let block = 0; block < RECORDS / metrics.length; block += 1) {
    const lines = metrics.map((metric) => JSON.stringify(recordOf(metric, start + block)));
    if (!file.write(`${lines.join('\n')}\n`))
      await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve) => file.end(resolve));
}

function recordOf(metric: string, timestamp: number) {
  const head = { timestamp, ts: new Date(timestamp * 1000).toISOString(), metric };
  switch (metric) {
    case 'recovery':
      return {
        ...head,
        result: 'success',
        duration: 61,
        tier: 1,
        cause: 'crash',
        incident: `i${timestamp}`,
        mttd: 0.003,
        mttr: 61,
      };
    case 'http_check':
      return { ...head, result: timestamp % 100 === 0 ? 'not_ready' : 'ok', duration: 0.004 };
    case 'egress':
      return {
        ...head,
        result: 'answered',
        duration: 2.5,
        group: 'main',
        method: 'POST',
        path: '/v1/messages',
        status: 200,
        bytesIn: 52_000,
        bytesOut: 3000,
        input: 100,
        output: 20,
      };
    default:
      return { ...head, result: 'ok', duration: 1.2, group: 'main' };
  }
}
