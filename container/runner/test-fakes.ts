/** Hand-written fakes for the runner's ports. */
import type { AgentSession, HostWork, RunnerConfig, RunnerWork, Unsequenced } from '../../contracts/link.ts';
import type { CloseMode, Conversation, ConversationEvent, OpenConversation } from './conversation.ts';
import type { Timers } from './ports.ts';
import { Session } from './session.ts';

export class FakeTimers implements Timers {
  #now = 0;
  #due: { at: number; callback: () => void }[] = [];

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((other) => other !== timer);
    };
  }

  /** Runs what falls due in the next `ms`, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#due = this.#due.filter((timer) => timer !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}

export const config: RunnerConfig = {
  group: 'main',
  isMain: true,
  assistantName: '폴',
  systemPrompt: 'You are 폴.',
  model: null,
  effort: null,
  threads: false,
  placeholder: { kind: 'oauth', value: 'stand-in' },
  session: null,
};

/** A conversation whose child is played by the test. */
export class FakeConversation implements Conversation {
  readonly pushed: { uuid: string; prompt: string }[] = [];
  readonly closes: CloseMode[] = [];
  interrupts = 0;
  letGo: () => void = () => undefined;
  readonly #gone = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });

  constructor(readonly request: Parameters<OpenConversation>[0]) {}

  push(input: { uuid: string; prompt: string }): void {
    this.pushed.push(input);
  }

  async interrupt(): Promise<void> {
    this.interrupts += 1;
  }

  close(mode: CloseMode): Promise<void> {
    this.closes.push(mode);
    return this.#gone;
  }

  say(...events: ConversationEvent[]): void {
    for (const event of events) this.request.onEvent(event);
  }

  /** A good reply to these inputs. */
  reply(text: string | null, inputs: readonly string[]): void {
    const own = { inputTokens: 10, outputTokens: 2 };
    this.say({ type: 'result', inputs, text, failure: null, own, total: { ...own, costUsd: 0 } });
  }
}

export type SessionWorld = ReturnType<typeof startSession>;

/** A session with everything around it played by the test. */
export function startSession() {
  const opened: FakeConversation[] = [];
  const sent: Unsequenced<RunnerWork>[] = [];
  const timers = new FakeTimers();
  let ids = 0;
  const session = new Session({
    open(request) {
      const conversation = new FakeConversation(request);
      opened.push(conversation);
      return conversation;
    },
    send: (frame) => void sent.push(frame),
    newId: () => `u${++ids}`,
    timers,
    log: () => undefined,
  });
  const latest = () => {
    const conversation = opened.at(-1);
    if (!conversation) throw new Error('no conversation was opened');
    return conversation;
  };
  return { session, opened, sent, timers, latest };
}

export function turnOrder(turn: string, session: AgentSession | null = null, message = `m-${turn}`) {
  const input = { messages: [message], prompt: `prompt of ${message}` };
  return { type: 'turn', seq: 1, turn, input, firstOrdinal: 1, session } satisfies HostWork;
}
