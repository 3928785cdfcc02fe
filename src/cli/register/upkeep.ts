/** The commands that look after the home: backups for people, and the checks that the supervisor's remedies run. */
import { type Command, Option } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';

type Runner = (command: (context: Context) => Promise<number>) => Promise<void>;

/** For the supervisor's children alone. */
const outcomeOption = () => new Option('--outcome').hideHelp();

export function addUpkeep(program: Command, context: Context, run: Runner): void {
  addBackup(program, context, run);
  addRestore(program, context, run);
  addDb(program, run);
  addConfig(program, run);
}

function addBackup(program: Command, context: Context, run: Runner): void {
  const command = program
    .command('backup')
    .description(context.texts.help.backup)
    .action(async () => {
      const { backup } = await import('../commands/upkeep.ts');
      await run(backup);
    });
  addExamples(command, context, ['nanoclaw backup'], [EXIT.ok, EXIT.failure]);
}

function addRestore(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('restore')
    .description(help.restore)
    .argument('[file]', help.restoreFile)
    .option('--newest', help.restoreNewest)
    .option('--if-damaged', help.restoreIfDamaged)
    .addOption(outcomeOption())
    .action(
      async (file: string | undefined, options: { newest?: true; ifDamaged?: true; outcome?: true }) => {
        if ((file === undefined) !== (options.newest === true))
          command.error(context.texts.upkeep.whichBackup);
        const { restore } = await import('../commands/upkeep.ts');
        const flags = { ifDamaged: options.ifDamaged === true, outcome: options.outcome === true };
        await run((c) => restore(c, { file: file ?? null, ...flags }));
      },
    );
  const examples = ['nanoclaw restore --newest', 'nanoclaw restore backups/messages-2026-01-31.db'];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage, EXIT.alreadyRunning]);
}

function addDb(program: Command, run: Runner): void {
  const db = program.command('db', { hidden: true });
  db.command('check').action(async () => {
    const { checkDb } = await import('../commands/upkeep.ts');
    await run(checkDb);
  });
  db.command('repair')
    .addOption(outcomeOption())
    .action(async (options: { outcome?: true }) => {
      const { repairDb } = await import('../commands/upkeep.ts');
      await run((c) => repairDb(c, { outcome: options.outcome === true }));
    });
}

function addConfig(program: Command, run: Runner): void {
  program
    .command('config', { hidden: true })
    .command('check')
    .option('--file <path>')
    .action(async (options: { file?: string }) => {
      const { checkConfig } = await import('../commands/config-check.ts');
      await run((c) => checkConfig(c, options.file ?? null));
    });
}
