/**
 * `node dist/drills/main.js NAME… | --all | --list [--manager child|systemd|both] [--jobs N] [--strict] [--json]`: plays
 * drills in scratch installations and prints what came of each. Exit code 1 when one failed, with --strict also when one
 * was slow.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../../contracts/exit-codes.ts';
import { DRILLS } from './all.ts';
import type { Manager } from './drill.ts';
import { play, type Task } from './play.ts';
import { listLines, reportLines } from './report.ts';
import { drilledUnderSystemd } from './under-systemd.ts';

const USAGE =
  'usage: nanoclaw drill NAME… | --all | --list  [--manager child|systemd|both] [--jobs N] [--strict] [--json]';
/** Stand-ins, supervisor, orchestrator and an agent each: more at a time would measure the machine. */
const JOBS = 2;
const MOST_JOBS = 8;
const MANAGERS: Readonly<Record<string, readonly Manager[]>> = {
  child: ['child'],
  systemd: ['systemd'],
  both: ['child', 'systemd'],
};

type Wanted = { tasks: Task[]; jobs: number; strict: boolean; json: boolean };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ all: { type: 'boolean' }, list: { type: 'boolean' }, json: { type: 'boolean' } },
      ...{ manager: { type: 'string' }, jobs: { type: 'string' }, strict: { type: 'boolean' } },
    },
  });
  const json = values.json === true;
  if (values.list) return list(json);
  const wanted = { names: positionals, all: values.all === true, manager: values.manager ?? 'child' };
  const tasks = choose(wanted);
  const jobs = Number(values.jobs ?? JOBS);
  if (typeof tasks === 'string') return refuse(tasks);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS)
    return refuse(`--jobs takes 1 to ${MOST_JOBS}`);
  return perform({ tasks, jobs, strict: values.strict === true, json });
}

/** @returns what to play, or why not */
function choose({
  names,
  all,
  manager,
}: {
  names: readonly string[];
  all: boolean;
  manager: string;
}): Task[] | string {
  const managers = MANAGERS[manager];
  if (managers === undefined) return `--manager takes ${Object.keys(MANAGERS).join(', ')}`;
  const unknown = names.find((name) => !DRILLS.some((drill) => drill.name === name));
  if (unknown !== undefined) return `there is no drill "${unknown}"; see: nanoclaw drill --list`;
  const chosen = all ? DRILLS : DRILLS.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) return USAGE;
  // What a person names is played; all of them are those in which the manager has a part.
  const plays = (name: string, one: Manager) => one === 'child' || !all || drilledUnderSystemd.has(name);
  return managers.flatMap((one) =>
    chosen.flatMap((drill) => (plays(drill.name, one) ? [{ drill, manager: one }] : [])),
  );
}

async function perform({ tasks, jobs, strict, json }: Wanted): Promise<number> {
  const reports = await play(tasks, jobs, say);
  if (json) print(JSON.stringify(reports, null, 2));
  else for (const line of reportLines(reports)) print(line);
  const bad = strict ? ['failed', 'slow'] : ['failed'];
  return reports.some(({ verdict }) => bad.includes(verdict)) ? EXIT.failure : EXIT.ok;
}

function list(json: boolean): number {
  const shown = DRILLS.map(({ name, rows, about }) => {
    const managers = MANAGERS[drilledUnderSystemd.has(name) ? 'both' : 'child'];
    return { name, rows, managers, about };
  });
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
