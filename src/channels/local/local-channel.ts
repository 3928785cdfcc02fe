/**
 * The local chat as a channel: a small platform inside the orchestrator, with its own record of what was said.
 * People reach it over the control socket (routes.ts). Sending is an insert under the reply's key, so a repeat
 * after a crash can't show a reply twice.
 */
import { EventEmitter } from 'node:events';
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { LocalMessage, LocalPost } from '../../../contracts/local-chat.ts';
import type { Clock } from '../../clock.ts';
import { HttpError } from '../../ops/http.ts';
import type { Store } from '../../store/store.ts';
import {
  type Address,
  type Channel,
  type ChannelHost,
  FileUnavailableError,
  type Inbound,
  type Outgoing,
  type Receipt,
  type SendOutcome,
} from '../channel.ts';
import { LocalRecord } from './record.ts';

const PREFIX = 'local:';

type Events = { message: [LocalMessage]; working: [chat: string, working: boolean] };

export class LocalChannel implements Channel {
  readonly name = 'local';
  readonly events = new EventEmitter<Events>().setMaxListeners(0);
  readonly #record: LocalRecord;
  readonly #working = new Set<string>();
  #inbound: Inbound | null = null;

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly assistantName: string,
  ) {
    this.#record = new LocalRecord(store.db);
  }

  owns(jid: string): boolean {
    return jid.startsWith(PREFIX);
  }

  async start(host: ChannelHost): Promise<void> {
    this.#inbound = host.inbound;
  }

  /** A person's message. Resolves once it is durable; the same id again stores nothing. */
  async post(post: LocalPost): Promise<Receipt> {
    if (!this.#inbound) throw new HttpError(503, 'the service is stopping; send it again in a moment');
    const at = this.clock.now();
    const jid = `${PREFIX}${post.chat}`;
    const receipt = await this.#inbound({
      jid,
      channel: this.name,
      chatName: post.chat,
      isGroup: false,
      id: post.id,
      thread: null,
      sender: post.sender,
      senderName: post.sender,
      text: post.text,
      mentioned: false,
      fromBot: false,
      files: [],
      at,
    });
    if (receipt.kind !== 'unregistered') await this.#keep({ ...post, direction: 'in', answers: [], at });
    return receipt;
  }

  async send(message: Outgoing): Promise<SendOutcome> {
    const chat = message.jid.slice(PREFIX.length);
    const kept = await this.#keep({
      chat,
      direction: 'out',
      id: message.key,
      answers: [...message.answers],
      sender: this.assistantName,
      text: withFile(message),
      at: this.clock.now(),
    });
    return { kind: 'sent', receipt: String(kept.seq) };
  }

  setWorking(address: Address, working: boolean): void {
    const chat = address.jid.slice(PREFIX.length);
    if (working) this.#working.add(chat);
    else this.#working.delete(chat);
    this.events.emit('working', chat, working);
  }

  async openFile(): Promise<never> {
    throw new FileUnavailableError('the local chat carries no files');
  }

  /** Chats come into being here when they are registered. */
  async available(): Promise<[]> {
    return [];
  }

  isWorking(chat: string): boolean {
    return this.#working.has(chat);
  }

  /** What was said in a chat after `seq`, oldest first. */
  after(chat: string, seq: number): LocalMessage[] {
    return this.#record.after(chat, seq);
  }

  health(): ComponentHealth {
    return {
      name: 'channel:local',
      state: 'ok',
      reason: 'local chat: `nanoclaw chat` or the status page',
      required: true,
    };
  }

  async stop(): Promise<void> {
    this.#inbound = null;
  }

  async #keep(message: Omit<LocalMessage, 'seq'>): Promise<LocalMessage> {
    const kept = await this.store.write(() => this.#record.add(message));
    if (kept.isNew) this.events.emit('message', kept.message);
    return kept.message;
  }
}

/** Whoever reads the local chat can open the group's folder, where the file still is. */
function withFile({ text, file }: Outgoing): string {
  return file
    ? [text, `📎 ${file.name} (${file.bytes} bytes)`].filter((part) => part !== '').join('\n')
    : text;
}
