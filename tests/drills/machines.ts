/**
 * Machines that run systemd, with nanoclaw installed by its installer: where drills play whose supervisor does not start
 * the orchestrator itself. Each plays one drill at a time; as many are booted as are needed at once.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildImage, PROJECT, SystemdMachine } from '../e2e/systemd-machine.ts';
import type { Drill } from './drill.ts';
import { hasEngine } from './engine.ts';
import { brokenOff, type Report } from './outcome.ts';
import { DRILL_LIMIT_MS } from './run.ts';

/** What the installer, the two processes and a drill in the machine are made of. */
const PARTS = [
  ...[
    'package.json',
    'scripts/install.sh',
    'scripts/install-doctor.sh',
    'systemd',
    'docs',
    'dist',
    'container/runner/package.json',
  ],
  ...['tests/drills/inject.mjs', 'tests/drills/slow-start.mjs', 'tests/e2e/quiz/failpoint.mjs'],
];
const PROGRAM = 'dist/drills/in-machine.js';
/** A failed drill's stories are part of its report. */
const RUN = { maxBuffer: 2 ** 24, timeout: DRILL_LIMIT_MS };

export class Machines {
  readonly #booted = new Set<SystemdMachine>();
  readonly #idle: SystemdMachine[] = [];

  /** @param say for progress */
  constructor(readonly say: (line: string) => void) {}

  /**
   * A machine in which a drill's program breaks off is not used again.
   *
   * @throws when there is no machine to be had, or the program ends without a report
   */
  async play(drill: Drill): Promise<Report> {
    if (!hasEngine())
      return brokenOff(drill, 'systemd', 'it needs a Docker engine, for a machine with systemd', 'skipped');
    const machine = this.#idle.pop() ?? (await this.#boot());
    const args = ['--user', 'ubuntu', '--workdir', PROJECT, machine.name, 'node', PROGRAM, drill.name];
    const { stdout } = await promisify(execFile)('docker', ['exec', ...args], RUN);
    this.#idle.push(machine);
    return JSON.parse(stdout) as Report;
  }

  remove(): void {
    for (const machine of this.#booted) machine.remove();
    this.#booted.clear();
  }

  async #boot(): Promise<SystemdMachine> {
    this.say('Booting a machine with systemd and installing nanoclaw on it.');
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
