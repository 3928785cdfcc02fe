/**
 * Which sandbox agents run in, and whether it works right now. Docker where there is an engine's socket, else
 * bubblewrap. A Docker that does not answer is reported, never quietly replaced by the weaker sandbox.
 */
import type { Logger } from 'pino';
import type { Sandbox, SandboxCheck, SandboxErrorCode } from '../../container/sandbox.ts';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import type { Clock } from '../clock.ts';

export type SandboxKind = Sandbox['kind'];

export function chooseSandbox(setting: 'auto' | SandboxKind, isEngineThere: boolean): SandboxKind {
  if (setting !== 'auto') return setting;
  return isEngineThere ? 'docker' : 'bubblewrap';
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

/** Keeps the last word on the sandbox, and logs it whenever it is another. */
export class SandboxWatch {
  #last: SandboxCheck | null = null;
  #cancel: () => void = () => undefined;
  #stopped = false;
  #logged = '';

  constructor(
    readonly sandbox: Sandbox,
    readonly clock: Clock,
    readonly log: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /** Asks now, and from then on regularly. */
  async check(): Promise<SandboxCheck> {
    this.#cancel();
    this.#last = await this.sandbox
      .check(AbortSignal.timeout(CHECK_LIMIT_MS))
      .catch((error: Error): SandboxCheck => ({ ok: false, code: 'timed_out', reason: error.message }));
    this.#tellLog();
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
    const { detail } = this.#last;
    const { caveats } = this.sandbox;
    if (caveats.length === 0) return { name, state: 'ok', reason: detail, required: true };
    const reason = `${detail} (not protected: ${caveats.join(' ')})`;
    return { name, state: 'degraded', reason, required: true };
  }

  #tellLog(): void {
    const { state, reason } = this.health();
    if (reason === this.#logged) return;
    this.#logged = reason;
    this.log[state === 'ok' ? 'info' : 'warn'](`Sandbox: ${reason}`);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
