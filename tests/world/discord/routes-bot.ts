/** Routes about the bot itself, people, the guild and the gateway. */
import { IDENTIFIES_PER_DAY } from './gateway.ts';
import { type Route, type RouteCall, refuse } from './route.ts';

export const BOT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/gateway/bot', run: gateway },
  { method: 'GET', path: '/users/@me', run: ({ store, shapes }) => shapes.user(store.description.bot.id) },
  { method: 'GET', path: '/applications/@me', run: application },
  { method: 'GET', path: '/oauth2/applications/@me', run: application },
  { method: 'POST', path: '/users/@me/channels', run: openDirect },
  { method: 'GET', path: '/users/@me/guilds', run: ({ store }) => [store.description.guild] },
  { method: 'GET', path: '/users/:user', run: (call) => call.shapes.user(person(call, call.ids[0])) },
  {
    method: 'GET',
    path: '/guilds/:guild',
    run: ({ store, shapes }) => shapes.guild([...store.chats.values()]),
  },
  { method: 'GET', path: '/guilds/:guild/channels', run: channels },
  {
    method: 'GET',
    path: '/guilds/:guild/members/:user',
    run: (call) => call.shapes.member(person(call, call.ids[1])),
  },
];

function gateway({ gatewayUrl, identifies }: RouteCall): object {
  const { remaining, resetAfterMs } = identifies();
  const limit = { total: IDENTIFIES_PER_DAY, remaining, reset_after: resetAfterMs, max_concurrency: 1 };
  return { url: gatewayUrl(), shards: 1, session_start_limit: limit };
}

function application({ store: { description }, shapes }: RouteCall): object {
  const { bot } = description;
  const about = { id: bot.applicationId, name: bot.username, description: '', icon: null, flags: 0 };
  return {
    ...about,
    bot: shapes.user(bot.id),
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '',
  };
}

function openDirect(call: RouteCall): object {
  return call.shapes.channel(call.store.directChat(person(call, String(call.json.recipient_id))));
}

function channels({ store, shapes }: RouteCall): object {
  return [...store.chats.values()].filter(({ kind }) => kind === 'channel').map(shapes.channel);
}

function person({ store }: RouteCall, id = ''): string {
  const { users, bot } = store.description;
  if (id !== bot.id && !users.some((one) => one.id === id)) throw refuse.unknownUser();
  return id;
}
