/**
 * `node dist/drills/main.js NAME… | --all | --list [--json]`: plays drills in scratch installations and prints what came
 * of each. Exit code 1 when one failed.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../../contracts/exit-codes.ts';
import { DRILLS } from './all.ts';
import type { Drill } from './drill.ts';
import { listLines, reportLines } from './report.ts';
import { type Report, runDrill } from './run.ts';
import type { Scene } from './scene.ts';

const USAGE = 'usage: nanoclaw drill NAME… | --all | --list  [--json]';
/** Stand-ins, supervisor, orchestrator and an agent each: more at a time would measure the machine. */
const AT_ONCE = 2;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, list: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const json = values.json === true;
  if (values.list) return list(json);
  const unknown = positionals.find((name) => !DRILLS.some((drill) => drill.name === name));
  if (unknown !== undefined) return refuse(`there is no drill "${unknown}"; see: nanoclaw drill --list`);
  const chosen = values.all ? DRILLS : DRILLS.filter(({ name }) => positionals.includes(name));
  if (chosen.length === 0) return refuse(USAGE);
  const reports = await play(chosen);
  if (json) print(JSON.stringify(reports, null, 2));
  else for (const line of reportLines(reports)) print(line);
  return reports.some(({ verdict }) => verdict === 'failed') ? EXIT.failure : EXIT.ok;
}

async function play(drills: readonly Drill[]): Promise<Report[]> {
  say('Each drill plays in an installation of its own, in a scratch folder. Yours is not touched.');
  const waiting = [...drills];
  const reports: Report[] = [];
  const open = new Set<Scene>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void leave(open));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const report = await runDrill(next, 'child', open);
      reports.push(report);
      const why = report.why === null ? '' : `: ${report.why.split('\n', 1)[0]}`;
      say(`${report.verdict.padEnd(8)} ${report.name} (${report.seconds.toFixed(0)} s)${why}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const order = drills.map(({ name }) => name);
  return reports.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Nothing that was started stays behind. */
async function leave(open: Set<Scene>): Promise<void> {
  await Promise.allSettled([...open].map((scene) => scene.close()));
  process.exit(EXIT.failure);
}

function list(json: boolean): number {
  const shown = DRILLS.map(({ name, rows, about }) => ({ name, rows, about }));
  if (json) print(JSON.stringify(shown, null, 2));
  else for (const line of listLines(DRILLS)) print(line);
  return EXIT.ok;
}

function refuse(text: string): number {
  say(text);
  return EXIT.usage;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const say = (line: string) => void process.stderr.write(`${line}\n`);

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return EXIT.usage; // only unknown options get here: a drill's own failure is a report
});
