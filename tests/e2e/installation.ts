/**
 * A whole installation for a test: its own home, its own ports, the built supervisor in front, the test world
 * behind it. Everything is a real process; the test drives it through the CLI as a person would.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type IncidentSummary, parseIncident, summarize } from '../../contracts/incident.ts';
import { homePaths } from '../../contracts/paths.ts';
import type { SystemStatus } from '../../contracts/status.ts';
import { startWorld, type World } from '../world/world.ts';
import { until } from './until.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** A machine under heavy load starts an agent in minutes; tests that wait shorter say so themselves, milliseconds. */
const CLI_LIMIT_MS = 600_000;

export type CliResult = { code: number; stdout: string; stderr: string };

export type InstallationOptions = {
  /** Lines of `.env`, on top of what the test needs. */
  env?: Record<string, string>;
  policy?: Record<string, unknown>;
  /** Without it the scripted offline model answers. */
  world?: World;
};

export class Installation {
  readonly home = mkdtempSync(join(tmpdir(), 'nc-'));
  readonly paths = homePaths(this.home);
  /** What is run; a test may put a copy of its own here. */
  programs = { supervisor: `${DIST}supervisor.js`, cli: `${DIST}cli.js` };
  /** What runs the supervisor: a program and its arguments, to which the supervisor's own path is added. */
  launcher: readonly [string, ...string[]] = [process.execPath];
  output = '';
  #user: { uid?: number; gid?: number } = {};
  #supervisor: ChildProcess | null = null;

  constructor(
    readonly env: NodeJS.ProcessEnv,
    readonly pagePort: number,
    readonly opsPort: number,
  ) {}

  /** Gives all to another user, who runs it from now on. Only root can. */
  runAs(user: { uid: number; gid: number }): void {
    this.#user = user;
    const folders = [this.home, this.env.HOME ?? this.home];
    execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, ...folders]);
  }

  /** Starts the supervisor, which starts the rest. */
  start(): void {
    const [program, ...args] = this.launcher;
    const child = spawn(program, [...args, this.programs.supervisor], {
      env: this.env,
      ...this.#user,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.output += chunk));
    this.#supervisor = child;
  }

  /** The one started last; null before the first. */
  get supervisor(): ChildProcess | null {
    return this.#supervisor;
  }

  /** Runs `nanoclaw …` to its end. */
  cli(...args: string[]): Promise<CliResult> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [this.programs.cli, ...args],
        { env: this.env, ...this.#user, timeout: CLI_LIMIT_MS },
        (error, stdout, stderr) => {
          resolve({
            code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
            stdout,
            stderr,
          });
        },
      );
    });
  }

  async status(): Promise<SystemStatus | null> {
    try {
      return (await (await fetch(`http://127.0.0.1:${this.pagePort}/api/status`)).json()) as SystemStatus;
    } catch {
      return null; // not listening yet, or gone: the caller waits on
    }
  }

  /** Waits until the service is up, in a process other than `not`. */
  async up(options: { not?: number; seconds?: number } = {}): Promise<SystemStatus> {
    const isUp = async () => {
      const status = await this.status();
      return status?.service.state === 'up' && status.service.pid !== options.not ? status : null;
    };
    return until(isUp, options.seconds ?? 60, () => `the service is not up:\n${this.output.slice(-4000)}`);
  }

  /** An order on the control socket. */
  order(method: string, path: string, body: object): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      // A DELETE gets no length of its own, and its body would be taken for the next request.
      const headers = { 'content-length': Buffer.byteLength(text) };
      const options = { socketPath: this.paths.controlSocket, method, path, headers, agent: false };
      request(options, (res) => res.resume().on('end', () => resolve(res.statusCode)))
        .on('error', reject)
        .end(text);
    });
  }

  pid(): number {
    return Number(readFileSync(this.paths.hostPid, 'utf8'));
  }

  writeEnv(values: Record<string, string>): void {
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    writeFileSync(this.paths.env, `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  async incidents(): Promise<IncidentSummary[]> {
    return (await this.status())?.incidents ?? [];
  }

  incident(id: string) {
    const events = parseIncident(readFileSync(this.paths.incident(id), 'utf8'));
    return { events, summary: summarize(events) };
  }

  metrics(name: string): Array<Record<string, unknown>> {
    const lines = readFileSync(join(this.paths.logs, 'metrics.jsonl'), 'utf8').split('\n');
    return lines.flatMap((line) =>
      line.includes(`"${name}"`) ? [JSON.parse(line) as Record<string, unknown>] : [],
    );
  }

  /** Stops both processes as a person would; the home stays. */
  async halt(): Promise<void> {
    const child = this.#supervisor;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async stop(): Promise<void> {
    await this.halt();
    for (const folder of [this.home, this.env.HOME])
      if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** @param Kind who runs its processes: the test itself, or somebody else for it */
export async function createInstallation(
  options: InstallationOptions = {},
  Kind: typeof Installation = Installation,
): Promise<Installation> {
  const [pagePort, opsPort] = await Promise.all([freePort(), freePort()]);
  const { HOME: _home, ...outer } = process.env;
  const home = mkdtempSync(join(tmpdir(), 'nc-user-'));
  const env: NodeJS.ProcessEnv = { ...outer, HOME: home, NO_COLOR: '1' };
  const installation = new Kind(env, pagePort, opsPort);
  env.NANOCLAW_HOME = installation.home;
  env.NANOCLAW_PAGE_PORT = String(pagePort);
  env.NANOCLAW_PORT = String(opsPort);
  const policy = join(installation.home, 'policy.json');
  writeFileSync(policy, JSON.stringify(options.policy ?? {}));
  installation.writeEnv({ HEALING_POLICY: policy, ...worldSettings(options.world), ...options.env });
  return installation;
}

export { startWorld, type World };

function worldSettings(world: World | undefined): Record<string, string> {
  if (!world) return {};
  const { anthropic, webhook, apiKey } = world.addresses;
  return { ANTHROPIC_BASE_URL: anthropic, ANTHROPIC_API_KEY_FALLBACK: apiKey, DISCORD_WEBHOOK_URL: webhook };
}

/** Below those that Linux gives to connections: between now and its use no connection takes it by chance. */
const OWN_PORTS = { from: 10_000, to: 32_000 };

export async function freePort(): Promise<number> {
  const port = randomInt(OWN_PORTS.from, OWN_PORTS.to);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)); // somebody has it
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
