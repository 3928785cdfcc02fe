/**
 * Machines that run systemd, with nanoclaw installed by its installer: where drills play whose supervisor does not start
 * the orchestrator itself. Each plays one drill at a time; as many are booted as are needed at once.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildImage, PROJECT, SystemdMachine } from '../e2e/systemd-machine.ts';
import type { Drill } from './drill.ts';
import type { Report } from './run.ts';

/** What the installer, the two processes and a drill in the machine are made of. */
const PARTS = [
  ...['package.json', 'scripts/install.sh', 'systemd', 'docs', 'dist', 'container/runner/package.json'],
  ...['tests/drills/inject.mjs', 'tests/drills/slow-start.mjs', 'tests/e2e/quiz/failpoint.mjs'],
];
/** The stories of a drill that fails. */
const REPORT_BYTES = 2 ** 24;

export class Machines {
  readonly #booted = new Set<SystemdMachine>();
  readonly #idle: SystemdMachine[] = [];

  async play(drill: Drill): Promise<Report> {
    const machine = this.#idle.pop() ?? (await this.#boot());
    const program = [process.execPath, `${PROJECT}/dist/drills/in-machine.js`, drill.name];
    const args = [
      'exec',
      '--user',
      'ubuntu',
      '--workdir',
      PROJECT,
      machine.name,
      'node',
      ...program.slice(1),
    ];
    const { stdout } = await promisify(execFile)('docker', args, { maxBuffer: REPORT_BYTES });
    this.#idle.push(machine);
    return JSON.parse(stdout) as Report;
  }

  remove(): void {
    for (const machine of this.#booted) machine.remove();
    this.#booted.clear();
  }

  async #boot(): Promise<SystemdMachine> {
    const machine = new SystemdMachine();
    this.#booted.add(machine);
    await machine.boot(buildImage());
    machine.copyProject(...PARTS);
    await machine.ok(`ln -s /deps/node_modules ${PROJECT}/node_modules
ln -s /deps/runner ${PROJECT}/container/runner/node_modules
${PROJECT}/scripts/install.sh --user ubuntu
systemctl stop nanoclaw nanoclaw-supervisor`);
    return machine;
  }
}
