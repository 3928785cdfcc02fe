/**
 * A machine that runs systemd, in a container: our stand-in for the VM. It has no network and no Docker; the checkout
 * and its built programs are copied in, the dependencies are mounted read-only.
 *
 * The host stays as it is: this systemd sees one cgroup v2 hierarchy, its own part of it alone. Given the host's
 * /sys/fs/cgroup on cgroup v1, it would mount the controllers that the host has not mounted, and every process would
 * be in hierarchies without a mount point. containerd then cannot load the cgroup of any container ("cannot find
 * cgroup mount destination") and tells nobody that one ran out of memory.
 *
 * A shell stays open inside, so that a command costs milliseconds rather than a `docker exec`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SystemStatus } from '../../contracts/status.ts';
import { until } from './until.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/** systemd wants to mount, its units and bubblewrap want namespaces and their own /proc. */
const RUN_OPTIONS = [
  ...['--cap-add', 'SYS_ADMIN', '--cap-add', 'NET_ADMIN', '--network', 'none'],
  ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
  ...['--security-opt', 'systempaths=unconfined', '--tmpfs', '/run', '--tmpfs', '/run/lock'],
  ...['--cgroupns', 'private'],
];
/** Docker mounts the host's kind of cgroups, read-only. A v2 mount from within the namespace shows this container's. */
const INIT = 'umount --recursive /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec /sbin/init';
/** Names the process that removes the machine. */
const OWNER = 'systemd-test.owner';

/** The documents' place. */
export const PROJECT = '/home/ubuntu/nanoclaw';

export type Result = { code: number; output: string };

/** Builds the image unless this very one is there. @returns its tag */
export function buildImage(): string {
  return execFileSync(`${CHECKOUT}tests/e2e/systemd/build-image.sh`, { encoding: 'utf8' }).trim();
}

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/**
 * Where others are busy, all containers together have the share of one process: a machine would starve in it. In a
 * group beside Docker's it has the share of some. The other driver, systemd's, wants slices, which share out evenly.
 */
function shares(): string[] {
  const isPlain = docker('info', '--format', '{{.CgroupDriver}}') === 'cgroupfs';
  return isPlain ? ['--cgroup-parent', '/', '--cpu-shares', '8192'] : [];
}

/** Removes the machines of runs that were killed; those of a run that goes on are left to it. */
function removeLeftOver(): void {
  const format = `{{.Names}} {{.Label "${OWNER}"}}`;
  const machines = docker('ps', '--all', '--filter', `label=${OWNER}`, '--format', format);
  for (const machine of machines.split('\n').filter(Boolean)) {
    const [name = '', owner] = machine.split(' ');
    if (!existsSync(`/proc/${owner}`)) docker('rm', '--force', name);
  }
}

export class SystemdMachine {
  readonly name = `systemd-test-${randomUUID().slice(0, 8)}`;
  #shell: ChildProcess | null = null;
  #output = '';
  #line: Promise<unknown> = Promise.resolve();

  /** @param image from `buildImage` */
  async boot(image: string): Promise<void> {
    removeLeftOver();
    const modules = realpathSync(`${CHECKOUT}node_modules`);
    const runner = realpathSync(`${CHECKOUT}container/runner/node_modules`);
    const volumes = ['--volume', `${modules}:/deps/node_modules:ro`, '--volume', `${runner}:/deps/runner:ro`];
    const who = ['--name', this.name, '--label', `${OWNER}=${process.pid}`];
    docker('run', '--detach', ...who, ...RUN_OPTIONS, ...shares(), ...volumes, image, 'sh', '-c', INIT);
    this.#openShell();
    const isUp = async () => (await this.sh('systemctl is-system-running')).output === 'running';
    await until(isUp, 30, () => 'systemd did not boot');
    await this.sh(
      `install -d -o ubuntu -g ubuntu ${PROJECT} ${PROJECT}/container ${PROJECT}/container/runner`,
    );
  }

  /** Copies parts of the checkout to where the documents have it, owned by the install user. */
  copyProject(...parts: string[]): void {
    const tar = execFileSync(
      'tar',
      ['-c', '-C', CHECKOUT, '--owner=ubuntu:1000', '--group=ubuntu:1000', ...parts],
      {
        maxBuffer: 2 ** 28,
      },
    );
    execFileSync('docker', ['exec', '-i', this.name, 'tar', '-x', '-C', PROJECT], { input: tar });
  }

  /** Writes a file, as root. */
  write(path: string, content: string): void {
    execFileSync('docker', ['exec', '-i', this.name, 'tee', path], {
      input: content,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  }

  /** Runs a command line as root. */
  sh(command: string): Promise<Result> {
    const result = this.#line.then(() => this.#run(command));
    this.#line = result.catch(() => undefined); // thrown to its caller
    return result;
  }

  /** Runs a command line that must succeed. */
  async ok(command: string): Promise<string> {
    const { code, output } = await this.sh(command);
    if (code !== 0) throw new Error(`${command}: exit code ${code}\n${output}`);
    return output;
  }

  /** What the supervisor says; null while it does not answer. */
  async status(): Promise<SystemStatus | null> {
    const { code, output } = await this.sh('curl --silent --max-time 2 http://127.0.0.1:8788/api/status');
    return code === 0 ? (JSON.parse(output) as SystemStatus) : null;
  }

  async show(unit: string, property: string): Promise<string> {
    return this.ok(`systemctl show --property ${property} --value ${unit}`);
  }

  async pidOf(unit: string): Promise<number> {
    return Number(await this.show(unit, 'MainPID'));
  }

  remove(): void {
    this.#shell?.kill();
    const isThere = docker('ps', '--all', '--quiet', '--filter', `name=${this.name}`) !== '';
    if (isThere) docker('rm', '--force', this.name);
  }

  #openShell(): void {
    const shell = spawn('docker', ['exec', '-i', this.name, 'bash'], { stdio: ['pipe', 'pipe', 'inherit'] });
    shell.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    this.#shell = shell;
  }

  async #run(command: string): Promise<Result> {
    const mark = randomUUID();
    this.#output = '';
    this.#shell?.stdin?.write(`{ ${command}\n} </dev/null 2>&1; printf '\\n%s %s\\n' "$?" ${mark}\n`);
    const ended = () => new RegExp(`\\n(\\d+) ${mark}\\n`).exec(this.#output);
    const end = await until(ended, 150, () => `${command}\n${this.#output}`);
    return { code: Number(end[1]), output: this.#output.slice(0, end.index).trim() };
  }
}
