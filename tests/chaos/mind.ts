/**
 * The model's part of an agent: a conversation that answers every question it is given, once and in order. Sometimes it
 * is slow, says something through a tool before its reply, fails, or takes the whole agent down with it; never so often
 * in a row that a turn would be given up.
 */
import { randomUUID } from 'node:crypto';
import type {
  Conversation,
  ConversationEvent,
  OpenConversation,
} from '../../container/runner/conversation.ts';
import type { Clock } from '../../src/clock.ts';
import { answer, openIn } from '../quiz/words.ts';
import type { Chance } from '../simulation/chance.ts';

/** Failed attempts in a row; the sixth would end a turn, and a restart of the service may add one. */
const MOST_MISHAPS = 3;

/** What befalls one group's agents, whichever of them lives. */
export class Fate {
  #mishaps = 0;
  deaths = 0;
  failures = 0;

  constructor(readonly chance: Chance) {}

  next(): 'well' | 'fails' | 'dies' {
    if (this.#mishaps >= MOST_MISHAPS || !this.chance.is(0.06)) {
      this.#mishaps = 0;
      return 'well';
    }
    this.#mishaps += 1;
    const kind = this.chance.is(0.7) ? 'dies' : 'fails';
    if (kind === 'dies') this.deaths += 1;
    else this.failures += 1;
    return kind;
  }

  /** How long it thinks, milliseconds. */
  thinkingMs(): number {
    return this.chance.is(0.05) ? this.chance.between(20_000, 90_000) : this.chance.between(500, 6000);
  }
}

export type MindOptions = {
  fate: Fate;
  clock: Pick<Clock, 'after'>;
  /** Says something before the reply, as the agent's `send_message` does; resolves when that is on record. */
  say(text: string): Promise<unknown>;
  /** The container is gone from one moment to the next. */
  die(): void;
};

type Input = { uuid: string; prompt: string };
/** What it thinks about, and how to stop that. */
type Thought = { inputs: readonly Input[]; cancel: () => void };
type Opened = Parameters<OpenConversation>[0];

const USAGE = {
  own: { inputTokens: 0, outputTokens: 0 },
  total: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
};
const OVERLOADED = { code: 'overloaded', text: 'overloaded' } as const;

/** From the start of a session's process to its being ready, milliseconds. */
const WARM_UP_MS = 700;

export function createMind(options: MindOptions): OpenConversation {
  return (opened) => {
    const mind = new Mind(options, opened);
    void opened.after.then(() => options.clock.after(WARM_UP_MS, () => mind.begin()));
    return mind;
  };
}

class Mind implements Conversation {
  readonly #inputs: Input[] = [];
  #isReady = false;
  #isClosed = false;
  #thought: Thought | null = null;

  constructor(
    readonly options: MindOptions,
    readonly opened: Opened,
  ) {}

  begin(): void {
    if (this.#isClosed) return;
    this.#isReady = true;
    this.#tell({ type: 'ready' });
    this.#tell({ type: 'started', session: this.opened.session?.id ?? randomUUID() });
    this.#think();
  }

  push(input: Input): void {
    this.#inputs.push(input);
    this.#think();
  }

  async interrupt(): Promise<void> {
    const thought = this.#thought;
    if (thought === null) return;
    thought.cancel();
    this.#thought = null;
    this.#result(thought.inputs, null, OVERLOADED);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#thought?.cancel();
  }

  #think(): void {
    if (!this.#isReady || this.#isClosed || this.#thought !== null || this.#inputs.length === 0) return;
    const { fate, clock } = this.options;
    const inputs = this.#inputs.splice(0, fate.chance.is(0.5) ? 1 : this.#inputs.length);
    this.#tell({ type: 'taken', inputs: inputs.map(({ uuid }) => uuid) });
    const thought = { inputs, cancel: clock.after(fate.thinkingMs(), () => void this.#speak(thought)) };
    this.#thought = thought;
  }

  async #speak(thought: Thought): Promise<void> {
    const { fate, say, die } = this.options;
    const { inputs } = thought;
    const open = openIn(inputs.map(({ prompt }) => prompt).join('\n'));
    const early = open.length > 1 && fate.chance.is(0.3) ? open.slice(0, 1) : [];
    for (const number of early) await say(answer(number));
    // Interrupted or closed in the meantime.
    if (this.#thought !== thought || this.#isClosed) return;
    this.#thought = null;
    const outcome = fate.next();
    if (outcome === 'dies') return die();
    if (outcome === 'fails') return this.#result(inputs, null, OVERLOADED);
    const rest = open.slice(early.length).map(answer);
    this.#tell({ type: 'said', assistant: randomUUID() });
    this.#result(inputs, rest.length > 0 ? rest.join('\n') : '<internal>nothing to answer</internal>', null);
    this.#think();
  }

  #result(inputs: readonly Input[], text: string | null, failure: typeof OVERLOADED | null): void {
    this.#tell({ type: 'result', inputs: inputs.map(({ uuid }) => uuid), text, failure, ...USAGE });
  }

  #tell(event: ConversationEvent): void {
    if (!this.#isClosed) this.opened.onEvent(event);
  }
}
