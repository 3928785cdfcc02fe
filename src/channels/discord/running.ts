/** Puts the parts of the Discord channel together: what exists from its start to its stop. */
import type { ChannelHost, Receipt } from '../channel.ts';
import { type Api, RestApi } from './api.ts';
import { createClient } from './client.ts';
import { Connection } from './connection.ts';
import type { DiscordOptions } from './discord-channel.ts';
import { Feed } from './feed.ts';
import { Intake } from './intake.ts';
import { RestInteractionApi } from './interaction-api.ts';
import { Invocations } from './invocations.ts';
import type { DiscordLibrary } from './library.ts';
import { readRefusal } from './outcome.ts';
import { Places } from './places.ts';
import { Registration } from './registration.ts';
import { Sender } from './send.ts';
import { WorkingSigns } from './working.ts';

export type Running = {
  api: Api;
  connection: Connection;
  places: Places;
  feed: Feed;
  sender: Sender;
  signs: WorkingSigns;
  registration: Registration;
};

/** @param signal ends what is under way when the channel stops; replies are not its business */
export function wire(
  options: DiscordOptions,
  host: ChannelHost,
  library: DiscordLibrary,
  signal: AbortSignal,
): Running {
  const { botToken, apiUrl, assistantName, clock, log } = options;
  const api = new RestApi(library, apiUrl, botToken);
  const interactionApi = new RestInteractionApi(library, apiUrl, botToken);
  const registration = new Registration({
    ...{ api: interactionApi, clock, signal },
    warn: (text) => log.warn(text),
  });
  const places: Places = new Places(() => connection.client, api, assistantName);
  const feed: Feed = new Feed({
    ...{ host, clock, judge: readRefusal },
    read: (jid, after) => intake.readPage(jid, after, signal),
    warn: (jid, text) => log.warn({ jid }, text),
  });
  const intake: Intake = new Intake({ api, places, take: (item) => feed.take(item) });
  const invocations = new Invocations({
    ...{ api: interactionApi, clock, log, signal },
    command: (invocation) => host.command(invocation),
    toMessage: (question, guildId) => intake.read(question, guildId),
    store: (message) => new Promise<Receipt>((stored) => feed.take({ kind: 'message', message, stored })),
  });
  const connection: Connection = new Connection({
    ...{ library, botToken, clock, log },
    createClient: (hooks) => createClient(library, apiUrl, hooks),
    sessionStarts: (ended) => api.sessionStarts(ended),
    events: {
      interrupted: () => feed.interrupted(),
      connected() {
        feed.connected();
        const application = connection.client?.application.id;
        if (application !== undefined) void registration.run(application);
      },
      dispatch: {
        message: (message) => intake.message(message),
        updated: (message) => intake.updated(message),
        deleted: (channelId, ids) => intake.deleted(channelId, ids),
        interaction: (interaction) => invocations.take(interaction),
      },
    },
  });
  const signs = new WorkingSigns(clock, (channelId) =>
    api.type(channelId, signal).catch((error: Error) => {
      log.debug({ channelId, reason: error.message }, 'Typing sign not shown');
    }),
  );
  const sender = new Sender(api, clock, () => places.botId);
  return { api, connection, places, feed, sender, signs, registration };
}
