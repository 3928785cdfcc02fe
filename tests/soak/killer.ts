/** Kills a process of an installation now and then, and does what the machine's service manager does about it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Installation } from '../e2e/installation.ts';
import type { Chance } from '../simulation/chance.ts';
import { containersOf, docker } from './containers.ts';

export class Killer {
  readonly counts = { orchestrator: 0, supervisor: 0, container: 0 };

  constructor(
    readonly installation: Installation,
    readonly chance: Chance,
  ) {}

  /** Resolves when the service is up again. */
  async strike(): Promise<void> {
    const victim = this.chance.pick(['orchestrator', 'orchestrator', 'supervisor', 'container'] as const);
    this.counts[victim] += 1;
    switch (victim) {
      case 'orchestrator':
        return this.#killOrchestrator();
      case 'supervisor':
        return this.#killSupervisor();
      case 'container':
        return this.#killContainer();
    }
  }

  async #killOrchestrator(): Promise<void> {
    const pid = this.installation.pid();
    process.kill(pid, 'SIGKILL');
    await this.installation.up({ not: pid, seconds: 180 });
  }

  /** systemd would start it again at once. */
  async #killSupervisor(): Promise<void> {
    const { supervisor } = this.installation;
    if (supervisor === null) return;
    await kill(supervisor);
    this.installation.start();
    await this.installation.up({ seconds: 180 });
  }

  async #killContainer(): Promise<void> {
    const containers = await containersOf(this.installation);
    if (containers.length === 0) return;
    // It may have ended in the meantime.
    await docker('kill', this.chance.pick(containers)).catch(() => undefined);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
