/**
 * An installation whose two processes are units of systemd, as scripts/install.sh has put them there. A drill's own
 * home, ports and programs are laid over the units. It plays as the install user, who types sudo where the documents do.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Installation } from '../e2e/installation.ts';

const ORCHESTRATOR = 'nanoclaw.service';
const SUPERVISOR = 'nanoclaw-supervisor.service';

export class SystemdInstallation extends Installation {
  #isDown = true;
  #journal: ChildProcess | null = null;
  /** Orders are carried out one after the other. */
  #orders: Promise<unknown> = Promise.resolve();

  /**
   * The first time as a boot does. Later systemd itself starts the supervisor again, and who starts the orchestrator is
   * what a drill is about.
   */
  override start(): void {
    this.#journal ??= this.#followJournal();
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#sudo(`${this.#layOver()}; systemctl daemon-reload; systemctl start ${SUPERVISOR} ${ORCHESTRATOR}`);
  }

  /** The orchestrator first: a supervisor that hears of its end knows that it was meant. */
  override async halt(): Promise<void> {
    if (!this.#isDown) this.#sudo(`systemctl stop ${ORCHESTRATOR} ${SUPERVISOR}`);
    this.#isDown = true;
    await this.#orders;
  }

  override async stop(): Promise<void> {
    await this.halt();
    this.#journal?.kill();
    await super.stop();
  }

  /** A start that fails shows in what the service is afterwards, not here. */
  #sudo(order: string): void {
    const run = () => promisify(execFile)('sudo', ['--non-interactive', 'sh', '-c', order]);
    this.#orders = this.#orders.then(run).catch((error: Error) => {
      this.output += error.message;
    });
  }

  /** What both say goes there. */
  #followJournal(): ChildProcess {
    const args = ['--follow', '--lines=0', '--output=cat', `--unit=${SUPERVISOR}`, `--unit=${ORCHESTRATOR}`];
    const journal = spawn('journalctl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    journal.stdout.on('data', (chunk) => (this.output += chunk));
    return journal;
  }

  /** @returns the orders that put it in place */
  #layOver(): string {
    const checkout = dirname(dirname(this.programs.cli));
    // Where the programs lie otherwise the unit itself says.
    const own = checkout === this.home ? { NANOCLAW_CHECKOUT: checkout } : {};
    const environment = Object.entries({ ...this.env, ...own });
    const lines = ['[Service]', ...environment.map(([name, value]) => `Environment="${name}=${value}"`)];
    const command = this.#ownCommand() ?? [process.execPath, join(checkout, 'dist', 'index.js')];
    return [
      this.#layOverUnit(SUPERVISOR, lines),
      this.#layOverUnit(ORCHESTRATOR, [...lines, 'ExecStart=', `ExecStart=${command.join(' ')}`]),
    ].join('; ');
  }

  #layOverUnit(unit: string, lines: readonly string[]): string {
    const file = join(this.env.HOME ?? '', `${unit}.conf`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return `install -D -m 644 ${file} /etc/systemd/system/${unit}.d/drill.conf`;
  }

  /** The policy's, which a supervisor obeys that starts the program itself. */
  #ownCommand(): readonly string[] | null {
    const policy = JSON.parse(readFileSync(join(this.home, 'policy.json'), 'utf8'));
    return policy.supervisedCommand ?? null;
  }
}
