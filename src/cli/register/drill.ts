/** `nanoclaw drill` as commander sees it. */
import type { Command } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

type DrillFlags = { all?: true; list?: true; json?: true };

export function addDrill(program: Command, context: Context, run: Runner): void {
  const { drill: texts, help } = context.texts;
  const command = program
    .command('drill')
    .description(texts.about)
    .argument('[names...]', texts.names)
    .option('--all', texts.all)
    .option('--list', texts.list)
    .option('--json', help.json)
    .action(async (names: string[], flags: DrillFlags) => {
      const { drill } = await import('../commands/drill.ts');
      const options = (['all', 'list', 'json'] as const).filter((name) => flags[name]);
      await run((c) => drill(c, [...names, ...options.map((name) => `--${name}`)]));
    });
  const examples = ['nanoclaw drill --list', 'nanoclaw drill kill-mid-turn', 'nanoclaw drill --all'];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage]);
}
