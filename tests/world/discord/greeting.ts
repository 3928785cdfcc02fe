/** What a new gateway session is told first. Pure. */
import { INTENT } from './description.ts';
import type { GatewayEvent } from './events.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';
import type { DiscordStore } from './store.ts';

type Greeting = { store: DiscordStore; shapes: Shapes; url: string };

/** READY, and the guild for those who asked for guilds. */
export function greeting(session: Session, { store, shapes, url }: Greeting): GatewayEvent[] {
  const { bot, guild } = store.description;
  const ready = {
    ...{
      v: 10,
      user: shapes.user(bot.id),
      guilds: [{ id: guild.id, unavailable: true }],
      session_id: session.id,
    },
    ...{ resume_gateway_url: url, shard: [0, 1], application: { id: bot.applicationId, flags: 0 } },
    ...{ private_channels: [], session_type: 'normal' },
  };
  const seesGuilds = (session.intents & INTENT.guilds) !== 0;
  const guilds = seesGuilds ? [{ t: 'GUILD_CREATE', d: shapes.guild([...store.chats.values()]) }] : [];
  return [{ t: 'READY', d: ready }, ...guilds];
}
