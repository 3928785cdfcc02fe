/**
 * `npm run bench [-- --only boot,crash] [--quick] [--json]`: measures the built product on real parts and prints one
 * table. Rows appear as they are measured on stderr; the whole goes to stdout. Ends with 1 when a benchmark could not
 * be run; a missed budget is no failure of the program, and on a busy machine not even one of the product.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT } from '../contracts/exit-codes.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { boot } from './boot.ts';
import { burst } from './burst.ts';
import { crash } from './crash.ts';
import { doctor } from './doctor.ts';
import { hang } from './hang.ts';
import { idle } from './idle.ts';
import { describeMachine } from './machine.ts';
import { cold, warm } from './model.ts';
import { prewarmed } from './prewarmed.ts';
import { scale } from './scale.ts';
import { summary } from './summary.ts';
import { renderTable } from './table.ts';
import { turns } from './turns.ts';
import { way } from './way.ts';

const ALL: readonly Bench[] = [
  way,
  warm,
  prewarmed,
  cold,
  turns,
  crash,
  boot,
  hang,
  idle,
  burst,
  scale,
  summary,
  doctor,
];

const USAGE = `usage: npm run bench -- [--only NAME,…] [--quick] [--json]

${ALL.map(({ name, about }) => `  ${name.padEnd(9)} ${about}`).join('\n')}
`;

/** Null when the arguments are wrong or help was asked for. */
function readArguments(): { chosen: Bench[]; quick: boolean; json: boolean } | null {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = { only: { type: 'string' }, quick: flag, json: flag, help: flag } as const;
    const { only, quick, json, help } = parseArgs({ options }).values;
    const names = only?.split(',') ?? ALL.map(({ name }) => name);
    const chosen = ALL.filter(({ name }) => names.includes(name));
    return help || chosen.length < names.length ? null : { chosen, quick, json };
  } catch {
    return null; // an unknown option: the usage tells which there are
  }
}

async function runAll(
  chosen: readonly Bench[],
  context: BenchContext,
): Promise<{ rows: Row[]; failed: boolean }> {
  const rows: Row[] = [];
  let failed = false;
  for (const bench of chosen) {
    process.stderr.write(`${bench.name}: ${bench.about} (load ${loadavg()[0]?.toFixed(1)})\n`);
    try {
      const found = await bench.run(context);
      for (const line of renderTable(found).slice(2)) process.stderr.write(`  ${line}\n`);
      rows.push(...found);
    } catch (error) {
      failed = true;
      process.stderr.write(`  could not be measured: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  return { rows, failed };
}

const given = readArguments();
if (given === null) {
  process.stderr.write(USAGE);
  process.exit(EXIT.usage);
}
const folder = mkdtempSync(join(tmpdir(), 'nc-bench-'));
const dist = fileURLToPath(new URL('..', import.meta.url));
const machine = describeMachine(folder);
process.stderr.write(`${machine}\n`);
const { rows, failed } = await runAll(given.chosen, { quick: given.quick, folder, dist });
rmSync(folder, { recursive: true, force: true });
const output = given.json
  ? JSON.stringify({ machine, quick: given.quick, rows }, null, 2)
  : [machine, '', ...renderTable(rows)].join('\n');
process.stdout.write(`${output}\n`);
process.exit(failed ? EXIT.failure : EXIT.ok);
