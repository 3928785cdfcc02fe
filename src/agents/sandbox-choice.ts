/**
 * Which sandbox agents run in, and whether it works right now. Docker where there is an engine's socket, else
 * bubblewrap. A Docker that does not answer is reported, never quietly replaced by the weaker sandbox.
 */
import { existsSync } from 'node:fs';
import type { Sandbox, SandboxCheck, SandboxErrorCode } from '../../container/sandbox.ts';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import type { Clock } from '../clock.ts';

export type SandboxKind = Sandbox['kind'];

const DOCKER_SOCKET = '/var/run/docker.sock';

export function chooseSandbox(setting: 'auto' | SandboxKind, dockerHost: string | undefined): SandboxKind {
  if (setting !== 'auto') return setting;
  return dockerHost || existsSync(DOCKER_SOCKET) ? 'docker' : 'bubblewrap';
}

/** What exactly is wrong, so that the cause is treated and not the symptom. */
function signalOf(kind: SandboxKind, code: SandboxErrorCode): SignalCode {
  if (code === 'image_missing') return 'image_missing';
  const isEngine = code === 'engine_unreachable' || code === 'timed_out';
  return kind === 'docker' && isEngine ? 'docker_down' : 'sandbox_down';
}

/** How often the sandbox is asked whether it still works, milliseconds. */
const CHECK_EVERY_MS = 30_000;
const CHECK_LIMIT_MS = 10_000;

/** Keeps the last word on the sandbox. */
export class SandboxWatch {
  #last: SandboxCheck | null = null;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(
    readonly sandbox: Sandbox,
    readonly clock: Clock,
  ) {}

  /** Asks now, and from then on regularly. */
  async check(): Promise<SandboxCheck> {
    this.#cancel();
    this.#last = await this.sandbox
      .check(AbortSignal.timeout(CHECK_LIMIT_MS))
      .catch((error: Error): SandboxCheck => ({ ok: false, code: 'timed_out', reason: error.message }));
    if (!this.#stopped) this.#cancel = this.clock.after(CHECK_EVERY_MS, () => void this.check());
    return this.#last;
  }

  health(): ComponentHealth {
    const name = `sandbox:${this.sandbox.kind}`;
    if (!this.#last) return { name, state: 'starting', reason: 'not checked yet', required: true };
    if (!this.#last.ok) {
      const signal = signalOf(this.sandbox.kind, this.#last.code);
      return { name, state: 'failed', reason: this.#last.reason, required: true, signal };
    }
    const caveats =
      this.sandbox.caveats.length > 0 ? ` (not protected: ${this.sandbox.caveats.join(' ')})` : '';
    return {
      name,
      state: this.sandbox.kind === 'docker' ? 'ok' : 'degraded',
      reason: `${this.#last.detail}${caveats}`,
      required: true,
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
