/**
 * Listens in #health while an incident is open: the one way to command the supervisor from a phone when the
 * orchestrator is dead.
 *
 * Invariants: without an open incident nothing is asked of the platform; a command is carried out at most once, also
 * over a restart of the supervisor (the position is kept before the deed); only listed people are obeyed.
 */
import type { Redact } from '../../../contracts/redact.ts';
import type { Clock } from '../../../supervisor/ports/clock.ts';
import type { DurableFile, Log } from '../../../supervisor/ports/records.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import type { SupervisorView } from '../../../supervisor/ports/view.ts';
import type { Language } from '../texts.ts';
import { ANSWERS } from './answers.ts';
import { parseCommand } from './command.ts';
import { type Chat, type ChatMessage, firstIdAt } from './discord-chat.ts';
import { obey } from './obey.ts';

/** How often the channel is read. */
const LOOK_MS = 5000;
/** After a refusal (token, channel, permission): Discord bans who keeps asking. */
const REFUSED_MS = 5 * 60_000;
/** Times an answer is tried; the command itself is carried out in any case. */
const ANSWER_TRIES = 3;

export type ListenSettings = { operators: readonly string[]; language: Language };

export type ListenParts = {
  settings: () => ListenSettings;
  /** Null while it is not set up. */
  chat: () => Chat | null;
  view: SupervisorView;
  /** Text of the checks of `nanoclaw doctor`. Rejects when they cannot run. */
  runDoctor: (signal: AbortSignal) => Promise<string>;
  redact: () => Redact;
  clock: Clock;
  /** Where the position in the channel is kept. */
  file: DurableFile;
  log: Log;
  report: (event: Report) => void;
};

export class HealthChannel {
  #cancel: () => void = () => undefined;
  #stop = new AbortController();
  #after: bigint;
  #ignored = 0;
  #strangers = new Set<string>();
  #isRefused = false;
  #isBlind = false;
  #diagnosing = false;

  constructor(readonly parts: ListenParts) {
    this.#after = readPosition(parts.file);
  }

  /** Commands of people who are not listed. */
  get ignored(): number {
    return this.#ignored;
  }

  start(): void {
    this.#lookAfter(LOOK_MS);
  }

  stop(): void {
    this.#cancel();
    this.#stop.abort();
  }

  #lookAfter(ms: number): void {
    this.#cancel = this.parts.clock.after(ms, () => {
      void this.#look()
        .catch((error: unknown) => this.#survive(error))
        .then((wait) => this.#stop.signal.aborted || this.#lookAfter(Math.max(LOOK_MS, wait)));
    });
  }

  /** One odd message must not make the supervisor deaf. */
  #survive(error: unknown): number {
    this.parts.log.error(`#health could not be read: ${String(error)}`);
    return LOOK_MS;
  }

  /** @returns how long the platform asks to be left alone, milliseconds */
  async #look(): Promise<number> {
    const open = this.parts.view.openIncidents();
    const chat = this.parts.chat();
    if (open.length === 0 || chat === null) return 0;
    const opened = BigInt(firstIdAt(Math.min(...open.map(({ seenAt }) => seenAt))));
    if (opened > this.#after) this.#after = opened;
    const read = await chat.readAfter(String(this.#after));
    if (read.kind === 'refused') return this.#complain(read.reason);
    this.#isRefused = false;
    if (read.kind === 'later') return read.waitMs;
    for (const message of read.value) await this.#take(chat, message);
    return read.waitMs;
  }

  #complain(reason: string): number {
    if (!this.#isRefused) this.parts.log.warn(`#health cannot be read (${reason}); see HEALTH_CHANNEL_ID`);
    this.#isRefused = true;
    return REFUSED_MS;
  }

  async #take(chat: Chat, message: ChatMessage): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#moveTo(message);
    if (message.isAutomatic) return;
    if (message.text === '') return this.#noteBlind();
    const command = parseCommand(message.text);
    if (command === null) return;
    if (!this.parts.settings().operators.includes(message.author)) return this.#ignore(message.author);
    this.parts.log.info(`#health: ${command.kind}, by ${message.author}`);
    const { view, report, settings } = this.parts;
    const by = `#health ${message.author}`;
    const said = obey(command, { by, view, report, answers: ANSWERS[settings().language] });
    await this.#answer(chat, message, said, 1);
    if (command.kind === 'doctor') void this.#diagnose(chat, message);
  }

  #moveTo({ id }: ChatMessage): void {
    this.#after = BigInt(id);
    try {
      this.parts.file.write(JSON.stringify({ after: id }));
    } catch (error) {
      // A full disk is when commands are needed most; only a restart in the same incident could repeat this one.
      this.parts.log.warn(`the position in #health could not be kept: ${String(error)}`);
    }
  }

  /** A picture alone has no text either, so this is a hint and no more. */
  #noteBlind(): void {
    if (!this.#isBlind)
      this.parts.log.warn('#health: a message came without text: is the Message Content intent on?');
    this.#isBlind = true;
  }

  #ignore(author: string): void {
    this.#ignored += 1;
    if (this.#strangers.has(author)) return;
    this.#strangers.add(author);
    this.parts.log.warn(`#health: a command by ${author} was ignored: not in OPERATOR_IDS`);
  }

  async #diagnose(chat: Chat, message: ChatMessage): Promise<void> {
    if (this.#diagnosing) return;
    this.#diagnosing = true;
    const { runDoctor, settings } = this.parts;
    const text = await runDoctor(this.#stop.signal).then(asBlock, (error: unknown) =>
      ANSWERS[settings().language].diagnosisFailed(error instanceof Error ? error.message : String(error)),
    );
    this.#diagnosing = false;
    await this.#answer(chat, message, text, 2);
  }

  async #answer(chat: Chat, message: ChatMessage, text: string, ordinal: number): Promise<void> {
    const clean = this.parts.redact()(text);
    for (let left = ANSWER_TRIES; left > 0 && !this.#stop.signal.aborted; left -= 1) {
      const result = await chat.answer(message, clean, ordinal);
      if (result.kind === 'ok') return;
      if (result.kind === 'refused') return this.parts.log.warn(`#health takes no answer: ${result.reason}`);
      await new Promise<void>((resolve) => void this.parts.clock.after(result.waitMs, resolve));
    }
  }
}

/** Room for the fences in one message. */
const BLOCK_LIMIT = 1900;

function asBlock(text: string): string {
  return `\`\`\`\n${text.replaceAll('```', "'''").trim().slice(-BLOCK_LIMIT)}\n\`\`\``;
}

function readPosition(file: DurableFile): bigint {
  try {
    const { after } = JSON.parse(file.read() ?? '{}') as { after?: unknown };
    return typeof after === 'string' && /^\d{1,20}$/.test(after) ? BigInt(after) : 0n;
  } catch {
    return 0n; // none, or torn: the incident's begin bounds what is read
  }
}
