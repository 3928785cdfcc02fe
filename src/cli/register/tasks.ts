/** The command `tasks` as commander sees it. */
import type { Command } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { TASK_ACTIONS } from '../../../contracts/tasks.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

export function addTasks(program: Command, context: Context, run: Runner): void {
  const { help: common, tasks: texts } = context.texts;
  const tasks = program.command('tasks').description(texts.help.tasks);
  const load = () => import('../commands/tasks.ts');
  tasks
    .command('list', { isDefault: true })
    .description(texts.help.list)
    .option('--system', texts.help.system)
    .option('--json', common.json)
    .action(async (options: { system?: true; json?: true }) => {
      const { listSystemJobs, listTasks } = await load();
      const list = options.system ? listSystemJobs : listTasks;
      await run((c) => list(c, options.json === true));
    });
  tasks
    .command('show <id>')
    .description(texts.help.show)
    .option('--json', common.json)
    .action(async (id: string, options: { json?: true }) => {
      const { showTask } = await load();
      await run((c) => showTask(c, id, options.json === true));
    });
  for (const action of TASK_ACTIONS) {
    tasks
      .command(`${action} <id>`)
      .description(texts.help[action])
      .action(async (id: string) => {
        const { actOnTask } = await load();
        await run((c) => actOnTask(c, id, action));
      });
  }
  const examples = ['nanoclaw tasks', 'nanoclaw tasks show 1a2b3c4d', 'nanoclaw tasks list --system'];
  addExamples(tasks, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage, EXIT.unavailable]);
}
