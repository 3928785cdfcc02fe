/** From Discord's events and history to what the feed takes. */
import type { InboundMessage } from '../../store/journal.ts';
import { type Api, PAGE_SIZE } from './api.ts';
import type { LiveMessage, LiveUpdate } from './dispatches.ts';
import type { Page } from './feed.ts';
import type { Places } from './places.ts';
import type { Item } from './recorder.ts';
import { compareIds } from './snowflake.ts';
import { type DiscordMessage, JID_PREFIX, translate, translateEdit } from './translate.ts';

export type IntakeOptions = {
  api: Pick<Api, 'after'>;
  places: Places;
  take(item: Item): void;
};

/** Pages of history in which questions on record are looked for: below what Discord allows a chat at once. */
const MOST_PAGES = 3;

export class Intake {
  constructor(readonly options: IntakeOptions) {}

  message(message: LiveMessage): void {
    const inbound = this.read(message, message.guild_id);
    if (inbound === null) return;
    if (!inbound.isGroup && !inbound.fromBot)
      this.options.places.noteDirect(message.channel_id, inbound.senderName);
    this.options.take({ kind: 'message', message: inbound });
  }

  updated(message: LiveUpdate): void {
    const { places } = this.options;
    const around = places.around();
    if (around === null) return;
    const change = translateEdit(message, places.ofLive(message.channel_id, message.guild_id), around);
    if (change) this.options.take({ kind: 'change', change });
  }

  deleted(channelId: string, ids: readonly string[]): void {
    const jid = `${JID_PREFIX}${channelId}`;
    for (const id of ids) this.options.take({ kind: 'change', change: { jid, id, kind: 'deleted' } });
  }

  /**
   * What a live message says; null when it is none for us.
   * @param guildId none = a direct chat
   */
  read(message: DiscordMessage, guildId: string | undefined): InboundMessage | null {
    const { places } = this.options;
    const around = places.around();
    if (around === null) return null; // READY comes before any message; without it nobody knows who we are
    return translate(message, places.ofLive(message.channel_id, guildId), around);
  }

  /**
   * Which of these messages, oldest first, the history does not show any more; of those behind more talk than a few
   * pages hold nothing is said. Rejects with what `readRefusal` reads.
   */
  async gone(jid: string, ids: readonly string[], signal: AbortSignal): Promise<string[]> {
    const [first, newest] = [ids[0], ids.at(-1)];
    if (first === undefined || newest === undefined) return [];
    const shown = new Set<string>();
    let upto = String(BigInt(first) - 1n);
    for (let page = 1; page <= MOST_PAGES && compareIds(upto, newest) < 0; page += 1) {
      const messages = await this.options.api.after(jid.slice(JID_PREFIX.length), upto, signal);
      for (const { id } of messages) shown.add(id);
      upto = messages.length < PAGE_SIZE ? newest : (messages.at(-1)?.id ?? newest);
    }
    return ids.filter((id) => compareIds(id, upto) <= 0 && !shown.has(id));
  }

  /** A page of the history. Rejects with what `readRefusal` reads. */
  async readPage(jid: string, after: string, signal: AbortSignal): Promise<Page> {
    const { api, places } = this.options;
    const channelId = jid.slice(JID_PREFIX.length);
    const place = await places.lookUp(channelId, signal);
    const page = await api.after(channelId, after, signal);
    const around = places.around();
    if (around === null) throw new Error('not connected to Discord yet');
    const items = page.flatMap((one): Item[] => {
      const message = translate(one, place, around);
      const edit = translateEdit(one, place, around);
      if (message === null) return [];
      return [{ kind: 'message', message, ...(edit === null ? {} : { edit }) }];
    });
    return { items, next: page.length < PAGE_SIZE ? null : (page.at(-1)?.id ?? null) };
  }
}
