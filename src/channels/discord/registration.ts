/**
 * Registers the slash commands once a process, and only when Discord has others: it allows 200 registrations a day.
 * Without them everything else works, so a failure is no more than a note.
 */
import type { Clock } from '../../clock.ts';
import type { InteractionApi } from './interaction-api.ts';
import { readRefusal } from './outcome.ts';
import { isRegistered, SLASH_COMMANDS } from './slash-commands.ts';

/** After a failure that may pass, milliseconds. */
const RETRY_MS = 60_000;

const REFUSED = 'Discord refuses them: invite the bot anew with the scope "applications.commands"';

export type RegistrationOptions = {
  api: Pick<InteractionApi, 'commands' | 'register'>;
  clock: Pick<Clock, 'after'>;
  signal: AbortSignal;
  /** One line for the log. */
  warn(text: string): void;
};

export class Registration {
  #state: 'open' | 'under way' | 'done' = 'open';
  #problem: string | null = null;

  constructor(readonly options: RegistrationOptions) {}

  /** Why there are no slash commands; null when there are, or nobody knows yet. */
  get problem(): string | null {
    return this.#problem;
  }

  /** To be called at each connection. Never rejects. */
  async run(applicationId: string): Promise<void> {
    if (this.#state !== 'open' || this.options.signal.aborted) return;
    this.#state = 'under way';
    try {
      await this.#register(applicationId);
      this.#state = 'done';
      this.#problem = null;
    } catch (error) {
      this.#state = 'open';
      this.#failed(applicationId, error);
    }
  }

  async #register(applicationId: string): Promise<void> {
    const { api, signal } = this.options;
    const registered = await api.commands(applicationId, signal);
    if (isRegistered(SLASH_COMMANDS, registered)) return;
    await api.register(applicationId, [...SLASH_COMMANDS], signal);
  }

  #failed(applicationId: string, error: unknown): void {
    const refusal = readRefusal(error);
    this.#problem = `slash commands are not registered: ${refusal.kind === 'never' ? REFUSED : refusal.reason}`;
    this.options.warn(this.#problem);
    if (refusal.kind === 'never') return;
    const afterMs = (refusal.kind === 'later' ? refusal.afterMs : null) ?? RETRY_MS;
    this.options.clock.after(afterMs, () => void this.run(applicationId));
  }
}
