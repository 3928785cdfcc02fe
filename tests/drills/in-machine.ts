/**
 * `node dist/drills/in-machine.js NAME`, run as the install user of a machine with systemd on which nanoclaw is installed:
 * plays one drill in the installed units and prints its report as JSON. Whoever calls it owns the machine (machines.ts).
 */
import { EXIT } from '../../contracts/exit-codes.ts';
import { DRILLS } from './all.ts';
import { runDrill } from './run.ts';

const drill = DRILLS.find(({ name }) => name === process.argv[2]);
if (drill === undefined) {
  process.exitCode = EXIT.usage;
} else {
  process.stdout.write(JSON.stringify(await runDrill(drill, 'systemd')));
}
