/**
 * Where agents run, as the orchestrator sees it. One implementation a file (docker.ts, bubblewrap.ts); nothing of
 * an engine's own types shows through here.
 *
 * Invariants: an agent reaches nothing but the folders of its spec and the two sockets in its run folder; no secret
 * goes in; an agent outlives a crash of the orchestrator and is found again by `survivors`.
 */

export interface Sandbox {
  readonly kind: 'docker' | 'bubblewrap';
  /** What this sandbox does not protect, one plain sentence each. */
  readonly caveats: readonly string[];
  /** Whether agents can be started here. Never rejects, unless `signal` is aborted. */
  check(signal: AbortSignal): Promise<SandboxCheck>;
  /** @throws SandboxError */
  start(spec: AgentSpec, signal: AbortSignal): Promise<RunningAgent>;
  /**
   * The agents of this installation that run right now; what is left of ended ones is removed.
   * @throws SandboxError
   */
  survivors(signal: AbortSignal): Promise<RunningAgent[]>;
}

/** `reason` is one line that ends with what to type. */
export type SandboxCheck =
  | { ok: true; detail: string }
  | { ok: false; code: SandboxErrorCode; reason: string };

export interface RunningAgent {
  readonly agentId: string;
  readonly group: string;
  /** `nanoclaw-<group>-<agentId>` */
  readonly name: string;
  /** Settles once, after the agent's log is complete and nothing of it is left. Never rejects. */
  readonly exited: Promise<AgentExit>;
  /**
   * TERM, KILL after `graceMs` (rounded up to whole seconds by Docker), then waits for the end. May be called again.
   * @throws SandboxError when the engine does not answer; the agent may still run then.
   */
  stop(graceMs: number): Promise<void>;
}

export type AgentExit = {
  /** Exit code, 128 + n when signal n ended it; null when it could not be learnt. */
  code: number | null;
  /** Name of that signal, such as `SIGKILL`. */
  signal: string | null;
  /** Whether the memory limit ended it. */
  oomKilled: boolean;
  /** One line for a person. */
  detail: string;
};

/** `fileBytes`: no single file grows beyond it, whoever looks or not. */
export type AgentLimits = { memoryBytes: number; cpus: number; pids: number; fileBytes: number };

/** All folders are absolute paths on the host, made and owned by `uid:gid` before the start. */
export type AgentSpec = {
  /** Unique among all agents of the installation; letters, digits, `_.-`. */
  agentId: string;
  /** Folder name of the group; same letters. */
  group: string;
  /** Holds `link.sock` and `broker.sock`. → /run/nanoclaw, read-only: a socket on it can be dialled all the same. */
  runDir: string;
  /** → /workspace/group */
  groupDir: string;
  /** → /home/node/.claude */
  claudeDir: string;
  /** → /workspace/global */
  globalDir: { source: string; writable: boolean } | null;
  /** → /workspace/project/<name>, read-only */
  projectDirs: readonly { source: string; name: string }[];
  /** → /workspace/extra/<name> */
  extraMounts: readonly { source: string; name: string; writable: boolean }[];
  /** IANA name, as `Asia/Seoul`. */
  timeZone: string;
  limits: AgentLimits;
  uid: number;
  gid: number;
  /**
   * What the agent prints is appended here, up to LOG_LIMIT_BYTES. When it lies inside the group's folder, the agent
   * sees its folder read-only, so that it cannot put a link there for the host to write through.
   */
  logFile: string;
  /** A `runner.js` on the host to be used in place of the image's; null for the image's. */
  devRunner: string | null;
};

export type SandboxErrorCode =
  | 'engine_unreachable' // the Docker engine does not answer
  | 'engine_forbidden' //   this user may not talk to it
  | 'engine_failed' //      it answered with an error
  | 'image_missing' //      what agents are started from is not there
  | 'not_installed' //      the sandbox's program is not there
  | 'no_namespaces' //      the kernel refuses this user a sandbox
  | 'bad_spec' //           the spec names something impossible
  | 'source_missing' //     a folder of the spec is not there
  | 'source_is_link' //     a folder of the spec is a symbolic link
  | 'start_failed' //       the agent ended before it ran
  | 'timed_out'
  | 'aborted';

export class SandboxError extends Error {
  constructor(
    readonly code: SandboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SandboxError';
  }
}
