/** The people of the Slack stand-in: they write, edit, delete, give commands and press buttons. */
import { randomUUID } from 'node:crypto';
import type { OtherApp, SlackFile, SlackRecord } from './record.ts';
import type { Parcel } from './socket-mode.ts';
import { NoSuchThingError, type SlackStore } from './store.ts';

export type PersonFile = { name: string; bytes: Buffer; mimetype?: string; location?: string };
/** What another app says; the name tells apps apart. */
export type Saying = { chat: string; name: string; text: string; thread?: string; style?: OtherApp['style'] };
export type Writing = {
  /** A channel's id; the id of a person for that person's direct chat with the bot. */
  chat: string;
  user: string;
  text: string;
  /** `ts` of the message that started the thread. */
  thread?: string;
  files?: readonly PersonFile[];
};
export type Commanding = { chat: string; user: string; command: string; text?: string };
export type Pressing = { user: string; message: SlackRecord; actionId: string; value?: string };

export type Told = {
  at: number;
  via: 'ack' | 'response_url';
  chat: string;
  user: string;
  text: string;
  visible: 'ephemeral' | 'in_channel';
};

export class SlackPeople {
  /** What came back from commands and buttons. */
  readonly told: Told[] = [];
  #asked = new Map<string, { chat: string; user: string }>();

  constructor(
    readonly store: SlackStore,
    readonly deliver: (parcel: Parcel) => void,
    readonly apiUrl: () => string,
  ) {}

  /** Text that mentions the bot. */
  mention(text: string): string {
    return `<@${this.store.description.bot.userId}> ${text}`.trimEnd();
  }

  /** @throws NoSuchThingError */
  write({ chat, user, text, thread, files = [] }: Writing): SlackRecord {
    const place = this.#chat(chat, user);
    return this.store.post({
      ...{ chat: place, user, by: 'person', text },
      thread: thread === undefined ? null : this.store.get(place, thread).ts,
      files: files.map(({ name, mimetype = 'text/plain', ...file }) =>
        this.store.addFile({ name, title: name, mimetype, owner: user, ...file }),
      ),
    });
  }

  /** Another app writes. @throws NoSuchThingError */
  say({ chat, name, text, thread, style = 'bot_user' }: Saying): SlackRecord {
    if (!this.store.chats.has(chat)) throw new NoSuchThingError(`no chat ${chat}`);
    const id = name.toUpperCase().slice(0, 8).padEnd(8, '0');
    const app = { botId: `BA${id}`, userId: `UA${id}`, name, style };
    return this.store.post({
      ...{ chat, user: app.userId, by: 'app', app, text },
      thread: thread === undefined ? null : this.store.get(chat, thread).ts,
    });
  }

  /** An edited mention is told as a mention again, as people report of Slack. */
  edit(message: SlackRecord, text: string): void {
    this.store.edit(message, text, true);
  }

  /** Slack attaches the preview of a link. */
  unfurl(message: SlackRecord): void {
    this.store.unfurl(message);
  }

  remove(message: SlackRecord): void {
    this.store.remove(message);
  }

  removeFile(file: SlackFile): void {
    file.isDeleted = true;
  }

  /** @returns the id under which the command's delivery is found */
  slash({ chat, user, command, text = '' }: Commanding): string {
    const place = this.#chat(chat, user);
    const payload = { command, text, ...this.#origin(place, user), user_name: user };
    return this.#send('slash_commands', payload, place, user);
  }

  press({ user, message, actionId, value = '' }: Pressing): string {
    const action = { type: 'button', action_id: actionId, block_id: 'b', value, action_ts: message.ts };
    const where = { channel: { id: message.chat }, container: { type: 'message', message_ts: message.ts } };
    const payload = { type: 'block_actions', user: { id: user }, ...where, actions: [action] };
    const team = { id: this.store.description.team.id };
    return this.#send(
      'interactive',
      { ...payload, team, ...this.#origin(message.chat, user) },
      message.chat,
      user,
    );
  }

  /** Notes an answer to a command: in the acknowledgement, or sent to its response address. */
  hear(id: string, via: Told['via'], fields: Record<string, unknown>): void {
    const asked = this.#asked.get(id);
    if (asked === undefined || typeof fields.text !== 'string') return;
    const visible = fields.response_type === 'in_channel' ? 'in_channel' : 'ephemeral';
    this.told.push({ at: this.store.now(), via, ...asked, text: fields.text, visible });
  }

  #send(type: Parcel['type'], payload: object, chat: string, user: string): string {
    const eventId = randomUUID();
    this.#asked.set(eventId, { chat, user });
    const response = { response_url: `${this.apiUrl()}/commands/${eventId}`, trigger_id: eventId };
    this.deliver({ type, eventId, payload: { ...payload, ...response } });
    return eventId;
  }

  #origin(chat: string, user: string): object {
    const { team, bot } = this.store.description;
    const channel = { channel_id: chat, channel_name: this.store.chats.get(chat)?.name ?? chat };
    return {
      token: 'test-world',
      team_id: team.id,
      team_domain: team.name,
      ...channel,
      user_id: user,
      api_app_id: bot.appId,
    };
  }

  #chat(given: string, user: string): string {
    const { users } = this.store.description;
    if (!users.some(({ id }) => id === user)) throw new NoSuchThingError(`no person ${user}`);
    if (users.some(({ id }) => id === given)) return this.store.directChat(given).id;
    if (!this.store.chats.has(given)) throw new NoSuchThingError(`no chat ${given}`);
    return given;
  }
}
