/** A home with the real orchestrator in it, as built, and the sources it was built from: what a session may mend. */
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScriptedAnswer } from '../../../src/offline-model/wire.ts';
import { EmergencyHome, type Step } from '../fixtures/emergency-home.ts';

const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = ['src', 'contracts', 'broker', 'metrics', 'tsconfig.json'];
const PROGRAMS = ['index.js', 'index', 'runner.js', 'cli.js', 'cli'];

/** Short waits, but long enough for a real start on a machine under load. */
const PATIENCE = {
  hang: { limitSeconds: 4 },
  health: { intervalSeconds: 0.5, timeoutSeconds: 2, recheckMs: 100 },
  start: { stuckSeconds: 10 },
  stop: { killAfterSeconds: 1, drainSeconds: 5 },
  restart: { backoffSeconds: [0, 0.05], budget: 2, windowSeconds: 60 },
  stableSeconds: 2,
};
const SESSION = { limitSeconds: 180, silentSeconds: 60, goodLooks: 4, lookSeconds: 0.5, proveSeconds: 40 };

export class PatientHome extends EmergencyHome {
  /** Whether the service was up and ready when the model was first asked; null while it was not. */
  wellBefore: Promise<boolean> | null = null;
  readonly #cleanups: (() => unknown)[] = [];

  constructor(bundle: string) {
    super(bundle, SESSION);
    this.setPolicy(PATIENCE);
    for (const mock of ['dist', 'store']) rmSync(join(this.home, mock), { recursive: true });
    for (const name of SOURCES) cpSync(join(CHECKOUT, name), join(this.home, name), { recursive: true });
    for (const name of PROGRAMS)
      cpSync(join(CHECKOUT, 'dist', name), join(this.home, 'dist', name), { recursive: true });
    this.#copyContainer();
    this.environment.NANOCLAW_SANDBOX = 'bubblewrap';
    this.environment.DOCKER_HOST = 'unix:///nonexistent/docker.sock';
  }

  /** Puts these in place of what the policy says. */
  setPolicy(change: object): void {
    const path = join(this.home, 'policy.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
  }

  /** The file of the program that begins so: its full name holds a digest of its content. */
  piece(start: string): string {
    const folder = join(this.home, 'dist', 'index');
    const name = readdirSync(folder).find((name) => name.startsWith(start) && name.endsWith('.js'));
    if (name === undefined) throw new Error(`dist/index/ holds no ${start}`);
    return join(folder, name);
  }

  /** @throws when the file does not hold the text: the program is built differently now */
  edit(path: string, from: string, to: string): void {
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${path} does not hold: ${from}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }

  atEnd(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  /** A model that follows the steps; the service is looked at in the moment it is first asked. */
  async withDoctor(...steps: Step[]): Promise<void> {
    const [first, ...rest] = steps;
    const looking = (last: string): ScriptedAnswer => {
      this.wellBefore ??= this.isWell();
      if (first === undefined) throw new Error('a doctor without a step');
      return first(last);
    };
    await this.withModel(looking, ...rest);
  }

  /** By its own word and by the supervisor's. */
  async isWell(): Promise<boolean> {
    const [ready, status] = await Promise.all([this.#ready(), this.status()]);
    return ready === 200 && status?.service.state === 'up';
  }

  /** The status of `/readyz`; null when nobody answers. */
  async #ready(): Promise<number | null> {
    try {
      const url = `http://127.0.0.1:${this.environment.NANOCLAW_PORT}/readyz`;
      return (await fetch(url, { signal: AbortSignal.timeout(5000) })).status;
    } catch {
      return null; // nothing listens there, or nothing answers
    }
  }

  override async close(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    await super.close();
  }

  /** Packages and skills are the checkout's: links, so they are no part of a session's copy. */
  #copyContainer(): void {
    const [from, to] = [join(CHECKOUT, 'container'), join(this.home, 'container')];
    const isSource = (path: string) => !/node_modules|skills/.test(path.slice(from.length));
    cpSync(from, to, { recursive: true, filter: isSource });
    for (const name of ['skills', 'runner/node_modules']) symlinkSync(join(from, name), join(to, name));
  }
}
