/**
 * The orchestrator's boot with 100 groups and 1 M messages, against its boot with an empty store and against the bare
 * import of the large libraries. The three take turns, so that a busy moment of the machine hits all alike.
 */
import { createInstallation } from '../tests/e2e/installation.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { endChild, startNode } from './child.ts';
import { placeDatabase } from './database.ts';
import { timeBoot } from './orchestrator.ts';
import { spreadOf } from './spread.ts';

const MESSAGES = 1_000_000;
const LIVE_MS = 400;
const OVER_IMPORTS = 1.3;
const OVER_EMPTY = 1.2;
const LIBRARIES = ['better-sqlite3', 'dockerode', '@slack/bolt', 'discord.js'];

export const boot: Bench = {
  name: 'boot',
  about: 'orchestrator boot with 100 groups and 1 M messages, against the bare import of its libraries',
  async run(context) {
    const [full, empty] = [await createInstallation(), await createInstallation()];
    placeDatabase(context, MESSAGES, full.paths.database);
    const samples: Samples = { live: [], ready: [], empty: [], imports: [] };
    try {
      for (let round = context.quick ? 5 : 11; round > 0; round -= 1) {
        samples.imports.push(await timeImports(context, LIBRARIES));
        samples.empty.push((await timeBoot(empty, context.dist)).readyMs);
        const { liveMs, readyMs } = await timeBoot(full, context.dist);
        samples.live.push(liveMs);
        samples.ready.push(readyMs);
      }
    } finally {
      await Promise.all([full.stop(), empty.stop()]);
    }
    return toRows(samples);
  },
};

type Samples = Record<'live' | 'ready' | 'empty' | 'imports', number[]>;

function toRows({ live, ready, empty, imports }: Samples): Row[] {
  const baseOf = (what: string, samples: number[]) => ({ what, unit: 'ms', figure: spreadOf(samples) });
  const bare = baseOf('bare import of bolt, discord.js, dockerode, better-sqlite3', imports);
  const none = baseOf('boot with an empty store', empty);
  const row = { unit: 'ms', figure: spreadOf(ready) };
  const within = (factor: number, { figure }: typeof bare) => [
    { at: 'p50' as const, most: factor * figure.p50, from: `${factor} × baseline` },
  ];
  return [
    {
      what: 'boot, 1 M messages → /livez',
      unit: 'ms',
      figure: spreadOf(live),
      limits: [{ at: 'p50', most: LIVE_MS }],
      baseline: null,
    },
    { what: 'boot, 1 M messages → /readyz', ...row, limits: within(OVER_IMPORTS, bare), baseline: bare },
    { what: 'boot, 1 M messages → /readyz', ...row, limits: within(OVER_EMPTY, none), baseline: none },
  ];
}

/** A bare Node process that imports them one after the other and ends, milliseconds. */
async function timeImports({ dist }: BenchContext, libraries: readonly string[]): Promise<number> {
  const source = libraries.map((name) => `await import('${name}')`).join(';');
  const began = performance.now();
  // Importing may leave timers behind, so the end is asked for.
  const args = ['--input-type=module', '-e', `${source}; process.exit(0)`];
  const child = startNode({ args, env: process.env, cwd: dist });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the import of ${libraries.join(', ')} failed`);
  await endChild(child);
  return performance.now() - began;
}
