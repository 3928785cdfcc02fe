/** `nanoclaw drill` as commander sees it. */
import type { Command } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

type DrillFlags = Partial<
  Record<'all' | 'list' | 'json' | 'strict', true> & Record<'manager' | 'jobs', string>
>;

export function addDrill(program: Command, context: Context, run: Runner): void {
  const { drill: texts, help } = context.texts;
  const command = program
    .command('drill')
    .description(texts.about)
    .argument('[names...]', texts.names)
    .option('--all', texts.all)
    .option('--list', texts.list)
    .option('--manager <child|systemd|both>', texts.manager)
    .option('--jobs <number>', texts.jobs)
    .option('--strict', texts.strict)
    .option('--json', help.json)
    .action(async (names: string[], flags: DrillFlags) => {
      const { drill } = await import('../commands/drill.ts');
      const given = Object.entries(flags).flatMap(([name, value]) =>
        value === true ? [`--${name}`] : [`--${name}`, value],
      );
      await run((c) => drill(c, [...names, ...given]));
    });
  const examples = [
    'nanoclaw drill --list',
    'nanoclaw drill kill-mid-turn frozen',
    'nanoclaw drill kill-mid-turn --manager systemd',
    'nanoclaw drill --all --manager both --jobs 3',
  ];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage]);
}
