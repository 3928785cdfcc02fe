/** From Discord's events and history to what the feed takes. */
import type { InboundMessage } from '../../store/journal.ts';
import { type Api, PAGE_SIZE } from './api.ts';
import type { LiveMessage, LiveUpdate } from './dispatches.ts';
import type { Page } from './feed.ts';
import type { Places } from './places.ts';
import type { Item } from './recorder.ts';
import { type DiscordMessage, JID_PREFIX, translate, translateEdit } from './translate.ts';

export type IntakeOptions = {
  api: Pick<Api, 'after'>;
  places: Places;
  take(item: Item): void;
};

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
