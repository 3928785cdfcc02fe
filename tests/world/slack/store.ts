/** The memory of the Slack stand-in: chats, messages, files. Nothing is ever forgotten, deleted messages included. */
import { randomUUID } from 'node:crypto';
import type { SlackDescription } from './description.ts';
import type { SlackChange, SlackChat, SlackFile, SlackRecord } from './record.ts';
import { SlackTimestamps } from './timestamps.ts';

export type NewMessage = Pick<SlackRecord, 'chat' | 'user' | 'by' | 'text'> &
  Partial<Pick<SlackRecord, 'thread' | 'metadata' | 'files' | 'broadcast' | 'app'>>;

/** There is no such chat or message. */
export class NoSuchThingError extends Error {
  readonly code = 'NO_SUCH_THING';
}

export class SlackStore {
  readonly messages: SlackRecord[] = [];
  readonly chats = new Map<string, SlackChat>();
  readonly files = new Map<string, SlackFile>();
  readonly timestamps: SlackTimestamps;
  #byTs = new Map<string, SlackRecord>();

  /** @param changed called after every change, once it is on record */
  constructor(
    readonly description: SlackDescription,
    readonly now: () => number,
    readonly changed: (change: SlackChange) => void,
  ) {
    this.timestamps = new SlackTimestamps(now);
    const everyone = [description.bot.userId, ...description.users.map(({ id }) => id)];
    for (const channel of description.channels) {
      const { id, name, members = everyone, isArchived = false, isPrivate = false } = channel;
      this.chats.set(id, { id, name, kind: 'channel', members: new Set(members), isArchived, isPrivate });
    }
  }

  /** The direct chat of a person with the bot; it comes to be when first asked for. */
  directChat(user: string): SlackChat {
    const id = `D${user.slice(1)}`;
    const members = new Set([user, this.description.bot.userId]);
    const chat: SlackChat = this.chats.get(id) ?? {
      ...{ id, name: user, kind: 'im', members, isArchived: false, isPrivate: true },
    };
    this.chats.set(id, chat);
    return chat;
  }

  post(message: NewMessage): SlackRecord {
    const record: SlackRecord = {
      ...{ thread: null, metadata: null, files: [], broadcast: false, app: null, ...message },
      ts: this.timestamps.next(message.chat),
      clientMsgId: message.by === 'person' ? randomUUID() : null,
      reactions: [],
      ...{ receivedAt: this.now(), editedAt: null, deletedAt: null },
    };
    this.messages.push(record);
    this.#byTs.set(`${record.chat} ${record.ts}`, record);
    this.changed({ kind: 'posted', message: record });
    return record;
  }

  /** @param again whether an edited mention is told as a mention once more */
  edit(message: SlackRecord, text: string, again: boolean): void {
    const before = { ...message };
    message.text = text;
    message.editedAt = this.now();
    this.changed({ kind: 'edited', message, before, again });
  }

  unfurl(message: SlackRecord): void {
    this.changed({ kind: 'unfurled', message });
  }

  remove(message: SlackRecord): void {
    message.deletedAt = this.now();
    this.changed({ kind: 'deleted', message });
  }

  /** Undefined when there is none, or it was deleted. */
  find(chat: string, ts: string): SlackRecord | undefined {
    const message = this.#byTs.get(`${chat} ${ts}`);
    return message?.deletedAt === null ? message : undefined;
  }

  /** @throws NoSuchThingError */
  get(chat: string, ts: string): SlackRecord {
    const message = this.find(chat, ts);
    if (message === undefined) throw new NoSuchThingError(`no message ${ts} in ${chat}`);
    return message;
  }

  /** A chat's messages that still stand, oldest first. */
  standing(chat: string): SlackRecord[] {
    return this.messages.filter((message) => message.chat === chat && message.deletedAt === null);
  }

  addFile(file: Omit<SlackFile, 'id'>): SlackFile {
    const id = `F${String(this.files.size + 1).padStart(9, '0')}`;
    const added = { ...file, id };
    this.files.set(id, added);
    return added;
  }
}
