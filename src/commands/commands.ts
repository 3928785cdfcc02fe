/**
 * Carries commands out. What a command changes and what it answers is one write, so that a crash leaves both or
 * none; only then is what runs told of it (`settle`).
 */
import type { ChannelHost } from '../channels/channel.ts';
import { mayCommand } from '../inbound/senders.ts';
import type { Group } from '../store/groups.ts';
import { replyKey } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { StopReason } from '../store/turns.ts';
import type { Language } from '../turns/notices.ts';
import { forgetConversation, type TurnLog } from '../turns/turn-log.ts';
import type { CommandName } from './parse.ts';
import { type CommandFacts, TEXTS, type Texts } from './texts.ts';

export type CommandsOptions = {
  store: Store;
  turnLog: Pick<TurnLog, 'applyInWrite'>;
  facts(folder: string): CommandFacts;
  groupOf(jid: string): Group | undefined;
  operators: readonly string[];
  /** The running turn of this group is to be ended; that is on record. */
  onStop(group: Group): void;
  deliver(jid: string): Promise<void>;
  language: Language;
  timeZone: string;
  now(): number;
  newId(): string;
};

/** A command that was written as a message. */
export type WrittenCommand = {
  name: CommandName;
  allowed: boolean;
  group: Group;
  thread: string | null;
  /** Its row in the journal. */
  seq: number;
};

export class Commands {
  readonly #texts: Texts;

  constructor(readonly options: CommandsOptions) {
    this.#texts = TEXTS[options.language];
  }

  /** Does what the command says and puts the answer into the outbox. To be called in the write that stores the message. */
  answer({ name, allowed, group, thread, seq }: WrittenCommand): void {
    const { store, now, newId } = this.options;
    const body = allowed ? this.#perform(name, group) : this.#texts.refused;
    const { jid, folder } = group;
    const id = newId();
    const span = { fromSeq: seq, uptoSeq: seq, attempts: 0, failures: 0, stop: null, task: null };
    store.turns.recordClosed({ id, folder, jid, thread, ...span }, now());
    store.outbox.add({ key: replyKey(id, 1), turnId: id, ordinal: 1, jid, thread, body }, now());
  }

  /** After that write: tells what runs, and sends the answer. */
  settle({ name, allowed }: Pick<WrittenCommand, 'name' | 'allowed'>, group: Group): void {
    if (allowed && endsTurn(name)) this.options.onStop(group);
    void this.options.deliver(group.jid);
  }

  /** A slash command: its answer goes straight to the person who gave it. */
  readonly invoke: ChannelHost['command'] = async (invocation) => {
    const { store, groupOf, operators } = this.options;
    const { jid, name } = invocation;
    const group = groupOf(jid);
    if (!group) return this.#texts.unregistered;
    if (!mayCommand(name, group, invocation, operators)) return this.#texts.refused;
    const text = await store.write(() => this.#perform(name, group));
    if (endsTurn(name)) this.options.onStop(group);
    return text;
  };

  #perform(name: CommandName, group: Group): string {
    const { store, facts } = this.options;
    switch (name) {
      case 'help':
        return this.#texts.help;
      case 'status':
        return this.#texts.status(facts(group.folder));
      case 'tasks':
        return this.#texts.tasks(store.tasks.inFolder(group.folder), (iso) => this.#time(iso));
      case 'stop':
        return this.#texts.stop(this.#stop(group, 'stop'));
      case 'reset': {
        const wasRunning = this.#stop(group, 'reset');
        if (!wasRunning) forgetConversation(store, group.folder);
        return this.#texts.reset(wasRunning);
      }
    }
  }

  #stop(group: Group, reason: StopReason): boolean {
    const turn = this.options.store.turns.runningIn(group.folder);
    if (turn) this.options.turnLog.applyInWrite(turn, { type: 'stop_asked', reason });
    return turn !== null;
  }

  #time(iso: string): string {
    return new Date(iso).toLocaleString('sv-SE', { timeZone: this.options.timeZone }).slice(0, 16);
  }
}

function endsTurn(name: CommandName): boolean {
  return name === 'stop' || name === 'reset';
}
