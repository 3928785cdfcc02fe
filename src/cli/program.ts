/** The command line as commander sees it: names, options, examples, and which module runs each command. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { EXIT } from '../../contracts/exit-codes.ts';
import { addAuth } from './auth/program.ts';
import type { Context } from './context.ts';
import { addExamples, styleHelp } from './help.ts';
import { addDrill } from './register/drill.ts';
import { addChannels, addGroups } from './register/groups.ts';
import { addIncidents } from './register/incidents.ts';
import { addAttach, addDoctorSession, addOperator } from './register/operator.ts';
import { addTasks } from './register/tasks.ts';
import { addUpkeep } from './register/upkeep.ts';

/** A command's module gives one function: context and parsed options in, exit code out. */
type Run = (context: Context) => Promise<number>;

/**
 * @param contextFor builds the context for a home folder
 * @returns the exit code
 */
export async function runProgram(
  args: readonly string[],
  defaultHome: string,
  contextFor: (home: string) => Context,
): Promise<number> {
  const outcome = { code: EXIT.ok as number };
  const context = contextFor(defaultHome);
  const run = async (command: Run, home?: string) => {
    outcome.code = await command(home === undefined ? context : contextFor(home));
  };
  const program = buildProgram(context, run);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // commander has already said what is wrong
  }
}

/** In the order of the help. */
const COMMANDS = [
  ...[addUp, addStatus, addHealth, addChat, addGroups, addChannels, addTasks],
  ...[
    addLogs,
    addMetrics,
    addIncidents,
    addDoctor,
    addOperator,
    addDoctorSession,
    addAttach,
    addAuth,
    addUpkeep,
    addDrill,
  ],
];

export type Runner = (command: Run, home?: string) => Promise<void>;

export function buildProgram(context: Context, run: Runner): Command {
  const { help } = context.texts;
  const program = new Command('nanoclaw')
    .description(help.about)
    .version(context.version, '-V, --version', help.version)
    .helpOption('-h, --help', help.helpOption)
    .helpCommand('help [command]', help.helpCommand)
    .exitOverride();
  styleHelp(program, context);
  for (const add of COMMANDS) add(program, context, run);
  const examples = ['nanoclaw up', 'nanoclaw chat --once "@폴 안녕"', 'nanoclaw status', 'nanoclaw doctor'];
  addExamples(program, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage, EXIT.unavailable]);
  program.addHelpText('after', `\n${help.home}`);
  return program;
}

function addUp(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('up')
    .description(help.up)
    .option('--world', help.upWorld)
    .option('--home <dir>', help.upHome)
    .action(async (options: { world?: true; home?: string }) => {
      const { up } = await import('./commands/up.ts');
      await run(
        (c) => up(c, { world: options.world === true, homeGiven: options.home !== undefined }),
        options.home,
      );
    });
  const examples = ['nanoclaw up', 'nanoclaw up --world', 'nanoclaw up --home ~/claw'];
  addExamples(command, context, examples, [
    EXIT.ok,
    EXIT.failure,
    EXIT.alreadyRunning,
    EXIT.config,
    EXIT.portInUse,
  ]);
}

function addStatus(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('status')
    .description(help.status)
    .option('--json', help.json)
    .option('--page-url', help.statusPageUrl)
    .action(async (options: { json?: true; pageUrl?: true }) => {
      const { status } = await import('./commands/status.ts');
      await run((c) => status(c, { json: options.json === true, pageUrl: options.pageUrl === true }));
    });
  const examples = [
    'nanoclaw status',
    'nanoclaw status --json | jq .service.state',
    'nanoclaw status --page-url',
  ];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.unavailable]);
}

function addHealth(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('health')
    .description(help.health)
    .option('--json', help.json)
    .option('--timeout <ms>', help.healthTimeout, positive(context), 2000)
    .option('--verbose', help.verbose)
    .action(async (options: { json?: true; timeout: number; verbose?: true }) => {
      const { health } = await import('./commands/health.ts');
      const { timeout } = options;
      await run((c) =>
        health(c, { json: options.json === true, timeoutMs: timeout, verbose: options.verbose === true }),
      );
    });
  addExamples(
    command,
    context,
    ['nanoclaw health', 'nanoclaw health --verbose', 'nanoclaw health --json --timeout 500'],
    [EXIT.ok, EXIT.failure, EXIT.unavailable],
  );
}

function addChat(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('chat')
    .description(help.chat)
    .option('--once <text>', help.chatOnce)
    .option('--timeout <s>', help.chatTimeout, positive(context), 300)
    .option('--chat <name>', help.chatName, 'main')
    .action(async (options: { once?: string; timeout: number; chat: string }) => {
      const { chat } = await import('./commands/chat.ts');
      await run((c) =>
        chat(c, { once: options.once ?? null, timeoutSeconds: options.timeout, chat: options.chat }),
      );
    });
  const { assistantName } = context.settings;
  const examples = ['nanoclaw chat', `nanoclaw chat --once "@${assistantName} hello"`];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure]);
}

function addLogs(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('logs')
    .description(help.logs)
    .argument('[part]', help.logsPart)
    .option('-f, --follow', help.logsFollow)
    .option('-n, --lines <n>', help.logsLines, positive(context), 50)
    .option('--grep <regex>', help.logsGrep)
    .option('--json', help.json)
    .action(async (part: string | undefined, options: LogsFlags) => {
      const { logs } = await import('./commands/logs.ts');
      const { lines, grep } = options;
      const flags = { follow: options.follow === true, json: options.json === true };
      await run((c) => logs(c, { part: part ?? null, lines, grep: grep ?? null, ...flags }));
    });
  const examples = [
    'nanoclaw logs -f',
    'nanoclaw logs supervisor -n 200',
    "nanoclaw logs --grep 'ERROR|WARN'",
  ];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage]);
}

type LogsFlags = { follow?: true; lines: number; grep?: string; json?: true };

function addMetrics(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('metrics')
    .description(help.metrics)
    .option('--since <time>', help.metricsSince, '7d')
    .option('--days <n>', help.metricsDays, positive(context))
    .option('--json', help.json)
    .action(async (options: { since: string; days?: number; json?: true }) => {
      const { metrics } = await import('./commands/metrics.ts');
      const since = options.days === undefined ? options.since : `${options.days}d`;
      await run((c) => metrics(c, { since, json: options.json === true }));
    });
  const examples = ['nanoclaw metrics', 'nanoclaw metrics --days 14', 'nanoclaw metrics --json | jq .'];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage]);
}

function addDoctor(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('doctor')
    .description(help.doctor)
    .option('--json', help.json)
    .option('--list', help.doctorList)
    .option('--only <id>', help.doctorOnly, (id: string, all: string[]) => [...all, id], [])
    .action(async (options: { json?: true; list?: true; only: string[] }) => {
      const { doctor } = await import('./commands/doctor.ts');
      const { only } = options;
      await run((c) => doctor(c, { json: options.json === true, list: options.list === true, only }));
    });
  const examples = [
    'nanoclaw doctor',
    'nanoclaw doctor --only docker --only image',
    'nanoclaw doctor --json',
  ];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage]);
}

function positive(context: Context) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0)
      throw new InvalidArgumentError(context.texts.errors.badNumber(text));
    return value;
  };
}
