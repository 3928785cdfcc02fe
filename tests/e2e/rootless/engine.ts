/**
 * A real Docker engine without root beside the machine's own, for the length of a test. It lives in a PID namespace
 * that ends with this process however that ends; the machine's engine is only asked for the agents' image.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '../until.ts';

const SCRIPT = fileURLToPath(new URL('engine.sh', import.meta.url));
const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
export const IMAGE = 'nanoclaw-agent:latest';

/** Nobody's on any machine: distributions give out ids below 60000. */
export const USER = { name: 'nc-rootless', uid: 60_711, gid: 60_711 };
/** Of Docker's own packages, and of Debian's. */
const STARTERS = ['/usr/bin/dockerd-rootless.sh', '/usr/share/docker.io/contrib/dockerd-rootless.sh'];
const AS_USER = ['--reuid', `${USER.uid}`, '--regid', `${USER.gid}`, '--clear-groups'];

/** A disk that others use too may take a minute for the image. */
const LOAD_LIMIT_MS = 150_000;

/** Why there can be none on this machine; null when there can. */
export function whyNoEngine(): string | null {
  if (process.getuid?.() !== 0) return 'root makes its user and namespaces';
  const missing = ['rootlesskit', 'newuidmap', 'slirp4netns', 'dockerd', 'unshare', 'setpriv'].filter(
    (command) => !runs('sh', ['-c', `command -v ${command}`]),
  );
  if (missing.length > 0) return `these commands are missing: ${missing.join(', ')}`;
  if (!STARTERS.some(existsSync)) return 'Docker came without dockerd-rootless.sh';
  if (!existsSync('/dev/net/tun')) return 'the kernel has no /dev/net/tun';
  if (!runs('setpriv', [...AS_USER, 'unshare', '--user', '--map-root-user', '--mount', 'true']))
    return 'the kernel refuses user namespaces to ordinary users';
  if (!runs('setpriv', [...AS_USER, 'test', '-r', join(CHECKOUT, 'dist/index.js')]))
    return 'other users cannot read this checkout';
  return null;
}

function runs(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false; // missing or refused: either is the answer
  }
}

export class RootlessEngine {
  readonly runtime: string;
  readonly socketPath: string;
  readonly #log: string;
  readonly #child: ChildProcess;

  private constructor(readonly folder: string) {
    this.runtime = join(folder, 'run');
    this.socketPath = join(this.runtime, 'docker.sock');
    this.#log = join(folder, 'log');
    this.#child = startIn(folder, this.#log);
  }

  get host(): string {
    return `unix://${this.socketPath}`;
  }

  static async start(): Promise<RootlessEngine> {
    const folder = mkdtempSync(join(tmpdir(), 'nc-rootless-'));
    for (const name of ['.', 'run', 'home']) {
      mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
      chownSync(join(folder, name), USER.uid, USER.gid);
    }
    mkdirSync(join(folder, 'etc'));
    const engine = new RootlessEngine(folder);
    await engine.#answers().catch(async (error: unknown) => {
      await engine.stop();
      throw error;
    });
    return engine;
  }

  /** The agents' image, from the machine's own engine. */
  async load(): Promise<void> {
    const command = `docker save ${IMAGE} | docker --host ${this.host} load`;
    await promisify(execFile)('sh', ['-c', command], { timeout: LOAD_LIMIT_MS });
  }

  docker(...args: string[]): string {
    return execFileSync('docker', ['--host', this.host, ...args], { encoding: 'utf8', timeout: 60_000 });
  }

  /** Ends everything in its namespace, containers too, and removes what it stored. May be called again. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGKILL');
      await ended;
    }
    const isGone = async () => !runs('pgrep', ['-u', `${USER.uid}`]);
    await until(isGone, 30, () => 'processes of the engine are left');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<void> {
    const lines = () => readFileSync(this.#log, 'utf8').slice(-2000);
    const isUp = async () => {
      if (this.#child.exitCode !== null) throw new Error(`the engine without root ended:\n${lines()}`);
      return existsSync(this.socketPath) && runs('docker', ['--host', this.host, 'version']);
    };
    await until(isUp, 60, () => `the engine without root does not answer:\n${lines()}`);
  }
}

/** Killed with us: `unshare` by its parent's death, all in the namespace by that of `unshare`. */
function startIn(folder: string, log: string): ChildProcess {
  const output = openSync(log, 'w');
  const namespaces = [
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const script = ['sh', SCRIPT, USER.name, `${USER.uid}`, folder, STARTERS.find(existsSync) ?? ''];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespaces, ...script], {
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  return child;
}
