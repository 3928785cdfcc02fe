/** `nanoclaw incidents` as commander sees it. */
import type { Command } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

export function addIncidents(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const incidents = program.command('incidents').description(help.incidents);
  const load = () => import('../commands/incidents.ts');
  incidents
    .command('list', { isDefault: true })
    .description(help.incidentsList)
    .option('--json', help.json)
    .action(async (options: { json?: true }) => {
      const { listIncidents } = await load();
      await run((c) => listIncidents(c, options.json === true));
    });
  incidents
    .command('show <id>')
    .description(help.incidentsShow)
    .option('--json', help.json)
    .action(async (id: string, options: { json?: true }) => {
      const { showIncident } = await load();
      await run((c) => showIncident(c, id, options.json === true));
    });
  incidents
    .command('ack <id>')
    .description(help.incidentsAck)
    .option('--by <name>', help.incidentsAckBy)
    .action(async (id: string, options: { by?: string }) => {
      const { acknowledgeIncident } = await load();
      await run((c) => acknowledgeIncident(c, id, options.by ?? null));
    });
  incidents
    .command('export <id>')
    .description(help.incidentsExport)
    .option('-o, --output <file>', help.incidentsExportOutput)
    .action(async (id: string, options: { output?: string }) => {
      const { exportIncident } = await load();
      await run((c) => exportIncident(c, id, options.output ?? null));
    });
  incidents
    .command('learnings')
    .description(help.learnings)
    .option('--json', help.json)
    .action(async (options: { json?: true }) => {
      const { listLearnings } = await load();
      await run((c) => listLearnings(c, options.json === true));
    });
  const examples = [
    'nanoclaw incidents',
    'nanoclaw incidents show 1',
    'nanoclaw incidents ack 1 --by Minji',
    'nanoclaw incidents learnings --json | jq .[0].fix',
    'nanoclaw incidents export 1 -o - | jq .incident.summary',
  ];
  addExamples(incidents, context, examples, [EXIT.ok, EXIT.failure, EXIT.unavailable]);
}
