/**
 * The one live conversation: whether it fits what is asked for, its replacement, and the session it has come to.
 *
 *   cold ──open──▶ live ──open──▶ live (a new child)
 *    ▲               └──child died, discarded──▶ cold
 *    └───────────────────────────────────────────┘
 *
 * Invariants: at most one conversation; the next child starts when the last one is gone, because both write the
 * session's files; nothing is heard of a conversation that was replaced or discarded.
 */
import type { AgentInput, AgentSession, RunnerConfig } from '../../contracts/link.ts';
import type { CloseMode, Conversation, ConversationEvent, OpenConversation } from './conversation.ts';

type Current = {
  conversation: Conversation;
  setup: string;
  /** Null until a fresh session has a name. */
  session: AgentSession | null;
  /** Something was pushed into it: it is no fresh session any more. */
  used: boolean;
};

export class LiveConversation {
  #current: Current | null = null;
  #gone: Promise<void> = Promise.resolve();

  constructor(
    readonly openConversation: OpenConversation,
    /** `session` as it is after the event; null when it is not known, or does not exist. */
    readonly onEvent: (event: ConversationEvent, session: AgentSession | null) => void,
  ) {}

  get session(): AgentSession | null {
    return this.#current?.session ?? null;
  }

  /** Resolves when no child is left of what was discarded. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  /** Whether the live conversation is this session's, or a fresh one when null. */
  isAt(session: AgentSession | null): boolean {
    if (!this.#current) return false;
    if (session === null) return this.#current.session === null && !this.#current.used;
    return this.#current.session?.id === session.id;
  }

  /** Whether the child was started with another setup than this one. */
  isOutdated(config: RunnerConfig): boolean {
    return this.#current !== null && this.#current.setup !== setupOf(config);
  }

  open(session: AgentSession | null, config: RunnerConfig): void {
    this.discard('gentle');
    const onEvent = (event: ConversationEvent) => {
      if (this.#current === current) this.#hear(current, event);
    };
    const conversation = this.openConversation({ config, session, after: this.#gone, onEvent });
    const current: Current = { conversation, setup: setupOf(config), session, used: false };
    this.#current = current;
  }

  push(uuid: string, { prompt }: AgentInput): void {
    if (!this.#current) return;
    this.#current.used = true;
    this.#current.conversation.push({ uuid, prompt });
  }

  async interrupt(): Promise<void> {
    await this.#current?.conversation.interrupt();
  }

  discard(mode: CloseMode): void {
    if (this.#current) this.#gone = this.#current.conversation.close(mode);
    this.#current = null;
  }

  #hear(current: Current, event: ConversationEvent): void {
    if (event.type === 'started') {
      current.session = { id: event.session, lastAssistant: current.session?.lastAssistant ?? null };
    }
    if (event.type === 'said' && current.session) {
      current.session = { ...current.session, lastAssistant: event.assistant };
    }
    const lost = event.type === 'gone';
    if (lost) this.#current = null;
    this.onEvent(event, lost && event.failure.code === 'stale_session' ? null : current.session);
  }
}

/** Whatever the child was started with; its session is told apart on its own. */
function setupOf({ session: _, ...setup }: RunnerConfig): string {
  return JSON.stringify(setup);
}
