/**
 * Folders, specs and a tiny image for the tests of both sandboxes. What an agent does is a shell script in its run
 * folder; the tiny image's entry point and the stand-in runner both execute it.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NODE_ID } from '../../container/inside.ts';
import type { AgentSpec } from '../../container/sandbox.ts';

export const execute = promisify(execFile);

/** Waits, five seconds at most, until a shell condition holds. */
export async function waitUntil(condition: string): Promise<void> {
  await execute('sh', ['-c', `until ${condition}; do sleep 0.05; done`], { timeout: 5000 });
}

/** Stands in for the runner under bubblewrap: runs the script, passes TERM on, ends as it ends. */
const STAND_IN = `
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
process.on('SIGTERM', () => script.kill('SIGTERM'));
const script = spawn('/bin/sh', ['/run/nanoclaw/main.sh'], { stdio: 'inherit' });
script.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
`;

export class ContainerWorld {
  readonly runner: string;
  readonly agentsRun: string;

  private constructor(readonly folder: string) {
    this.runner = join(folder, 'runner.js');
    this.agentsRun = join(folder, 'run');
  }

  static async create(): Promise<ContainerWorld> {
    const world = new ContainerWorld(await mkdtemp(join(tmpdir(), 'nanoclaw-container-')));
    await chmod(world.folder, 0o755);
    await writeFile(world.runner, STAND_IN);
    await writeFile(join(world.folder, 'package.json'), '{"type":"module"}');
    await mkdir(join(world.folder, 'modules'));
    return world;
  }

  /** What bubblewrap runs in place of the real runner. */
  get program() {
    const { folder, runner } = this;
    const packageJson = join(folder, 'package.json');
    return {
      node: process.execPath,
      runner,
      packageJson,
      modules: join(folder, 'modules'),
      skills: join(folder, 'skills'),
    };
  }

  /** A spec whose folders exist and whose agent runs `script`. */
  async agent(script: string, changes: Partial<AgentSpec> = {}): Promise<AgentSpec> {
    const agentId = randomBytes(4).toString('hex');
    const own = process.getuid?.() ?? 0;
    const owner = own === 0 ? NODE_ID : own;
    const make = async (...parts: string[]) => {
      const path = join(this.folder, ...parts);
      await mkdir(path, { recursive: true });
      if (own === 0) await chown(path, owner, owner);
      return path;
    };
    const groupDir = await make('groups', agentId);
    const runDir = await make('run', agentId);
    await writeFile(join(runDir, 'main.sh'), script);
    return {
      agentId,
      group: 'family',
      runDir,
      groupDir,
      claudeDir: await make('claude', agentId),
      globalDir: null,
      projectDirs: [],
      extraMounts: [],
      timeZone: 'Asia/Seoul',
      limits: { memoryBytes: 64 * 1024 * 1024, cpus: 1, pids: 64, fileBytes: 1024 * 1024 * 1024 },
      uid: owner,
      gid: owner,
      logFile: join(await make('groups', agentId, 'logs'), 'container.log'),
      devRunner: null,
      ...changes,
    };
  }

  logOf(spec: AgentSpec): Promise<string> {
    return readFile(spec.logFile, 'utf8');
  }

  async destroy(): Promise<void> {
    // What ran in it may still be writing when it is gone.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

const APPLETS = [
  'sh',
  'cat',
  'dd',
  'echo',
  'head',
  'id',
  'ls',
  'mv',
  'pwd',
  'rm',
  'sleep',
  'touch',

  'yes',
  'date',
];

/** Imports an image of nothing but busybox. Throws, saying why, when there is no engine or no busybox. */
export async function importTinyImage(name: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'nanoclaw-tiny-'));
  try {
    for (const folder of ['bin', 'proc', 'sys', 'dev', 'tmp', 'etc']) await mkdir(join(root, folder));
    await chmod(join(root, 'tmp'), 0o1777);
    await copyFile('/bin/busybox', join(root, 'bin', 'busybox'));
    for (const applet of APPLETS) await symlink('busybox', join(root, 'bin', applet));
    await execute('tar', ['-C', root, '-cf', `${root}.tar`, '.']);
    const entry = 'ENTRYPOINT ["/bin/sh","/run/nanoclaw/main.sh"]';
    await execute('docker', ['import', '--change', 'ENV PATH=/bin', '--change', entry, `${root}.tar`, name]);
  } catch (cause) {
    throw new Error('these tests need a Docker engine that answers and the package busybox-static', {
      cause,
    });
  } finally {
    await rm(root, { recursive: true, force: true });
    await rm(`${root}.tar`, { force: true });
  }
}
