/**
 * Agents in bubblewrap sandboxes, for hosts without a Docker engine. Which agents live is read from the run
 * folders of this home alone, so another installation's are out of sight.
 */
import { execFile } from 'node:child_process';
import { closeSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BubblewrapAgent } from './bubblewrap-agent.ts';
import { bubblewrapArguments, type Program } from './bubblewrap-arguments.ts';
import { launchBubblewrap } from './bubblewrap-launch.ts';
import { openAlive, openReadEnd, prepareState, readState, removeState } from './bubblewrap-state.ts';
import { listMounts, resolveMounts } from './mounts.ts';
import {
  type AgentSpec,
  type RunningAgent,
  type Sandbox,
  type SandboxCheck,
  SandboxError,
} from './sandbox.ts';

export type BubblewrapOptions = {
  /** Where the agents' run folders lie, `run/agents`. */
  agentsRun: string;
  program: Program;
  /** Longest log of one run, bytes. */
  logLimitBytes?: number | undefined;
};

/** A trial sandbox is made and gone in some 10 ms. */
const TRIAL_DEADLINE_MS = 10_000;

const execute = promisify(execFile);

export function createBubblewrapSandbox(options: BubblewrapOptions): Sandbox {
  return new BubblewrapSandbox(options, process.getuid?.() ?? 0);
}

class BubblewrapSandbox implements Sandbox {
  readonly kind = 'bubblewrap';
  readonly caveats: readonly string[];
  readonly #options: BubblewrapOptions;
  readonly #uid: number;
  /** Agents of this process that live, by run folder. */
  readonly #known = new Map<string, RunningAgent>();

  constructor(options: BubblewrapOptions, uid: number) {
    this.#options = options;
    this.#uid = uid;
    this.caveats = [
      'Memory and CPU are not limited: an agent can slow this host down or use up its memory.',
      'An agent can read this host’s /usr and its list of users.',
      'No filter stands before the kernel’s system calls, as Docker’s would.',
      ...(uid === 0 ? ['The number of an agent’s processes is not limited.'] : []),
    ];
  }

  async check(signal: AbortSignal): Promise<SandboxCheck> {
    const missing = await this.#findMissing();
    if (missing !== null) return { ok: false, code: 'image_missing', reason: missing };
    const user = this.#uid === 0 ? [] : ['--unshare-user'];
    const trial = [
      ...user,
      '--unshare-pid',
      '--unshare-net',
      '--ro-bind',
      '/',
      '/',
      '--proc',
      '/proc',
      'true',
    ];
    try {
      await execute('bwrap', trial, { timeout: TRIAL_DEADLINE_MS, signal });
      return { ok: true, detail: 'bubblewrap' };
    } catch (error) {
      if (signal.aborted) throw new SandboxError('aborted', 'the check was aborted', { cause: error });
      return explainTrial(error);
    }
  }

  async start(spec: AgentSpec, signal: AbortSignal): Promise<RunningAgent> {
    const { devRunner } = spec;
    const program =
      devRunner === null ? this.#options.program : { ...this.#options.program, runner: devRunner };
    const mounts = await resolveMounts(listMounts({ ...spec, devRunner: null }));
    const args = bubblewrapArguments(spec, mounts, program, this.#uid);
    const { agentId, group, logFile, runDir } = spec;
    await prepareState(runDir, { agentId, group, logFile });
    const alive = openReadEnd(runDir);
    try {
      await launchBubblewrap(args, { runDir, logFile, logLimitBytes: this.#options.logLimitBytes }, signal);
    } catch (error) {
      closeSync(alive);
      removeState(runDir);
      throw error;
    }
    return this.#remember(runDir, new BubblewrapAgent(spec, runDir, alive));
  }

  async survivors(): Promise<RunningAgent[]> {
    const entries = await readdir(this.#options.agentsRun, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory());
    const agents = folders.map((entry) => this.#adopt(join(this.#options.agentsRun, entry.name)));
    return agents.filter((agent) => agent !== null);
  }

  #adopt(runDir: string): RunningAgent | null {
    const known = this.#known.get(runDir);
    if (known) return known;
    const state = readState(runDir);
    if (state === null) return null;
    const alive = openAlive(runDir);
    if (alive !== null) return this.#remember(runDir, new BubblewrapAgent(state, runDir, alive));
    removeState(runDir);
    return null;
  }

  #remember(runDir: string, agent: RunningAgent): RunningAgent {
    this.#known.set(runDir, agent);
    void agent.exited.then(() => this.#known.delete(runDir));
    return agent;
  }

  async #findMissing(): Promise<string | null> {
    const { runner, modules } = this.#options.program;
    if (!(await exists(runner))) return `${runner} is missing. Run: npm run build`;
    if (!(await exists(modules))) return `${modules} is missing. Run: npm ci --prefix container/runner`;
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function explainTrial(error: unknown): SandboxCheck {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    const reason = 'bubblewrap is not installed. Run: sudo apt-get install bubblewrap';
    return { ok: false, code: 'not_installed', reason };
  }
  const reason =
    'The kernel refuses this user a sandbox. Run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';
  return { ok: false, code: 'no_namespaces', reason };
}
