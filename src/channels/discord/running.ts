/** Puts the parts of the Discord channel together: what exists from its start to its stop. */
import type { ChannelHost, Receipt } from '../channel.ts';
import { type Api, RestApi } from './api.ts';
import { createClient } from './client.ts';
import { Connection } from './connection.ts';
import type { DiscordOptions } from './discord-channel.ts';
import type { DispatchHandlers } from './dispatches.ts';
import { Feed } from './feed.ts';
import { Intake } from './intake.ts';
import { type InteractionApi, RestInteractionApi } from './interaction-api.ts';
import { Invocations } from './invocations.ts';
import type { DiscordLibrary } from './library.ts';
import { readRefusal } from './outcome.ts';
import { Places } from './places.ts';
import { Registration } from './registration.ts';
import { Sender } from './send.ts';
import { WorkingSigns } from './working.ts';

export type RunningDeps = {
  options: DiscordOptions;
  host: ChannelHost;
  library: DiscordLibrary;
  /** Ends what is under way when the channel stops; replies are not its business. */
  signal: AbortSignal;
};

export class Running {
  readonly api: Api;
  readonly places: Places;
  readonly sender: Sender;
  readonly feed: Feed;
  readonly registration: Registration;
  readonly signs: WorkingSigns;
  readonly connection: Connection;
  readonly #intake: Intake;

  constructor(readonly deps: RunningDeps) {
    const { options, library } = deps;
    const { apiUrl, botToken } = options;
    const interactions = new RestInteractionApi(library, apiUrl, botToken);
    this.api = new RestApi(library, apiUrl, botToken);
    this.places = new Places(() => this.connection.client, this.api, options.assistantName);
    this.sender = new Sender(this.api, options.clock, () => this.places.botId);
    this.feed = this.#buildFeed();
    this.#intake = new Intake({ api: this.api, places: this.places, take: (item) => this.feed.take(item) });
    this.registration = this.#buildRegistration(interactions);
    this.signs = this.#buildSigns();
    this.connection = this.#buildConnection(this.#handlers(this.#buildInvocations(interactions)));
  }

  #buildFeed(): Feed {
    const { host, signal, options } = this.deps;
    return new Feed({
      ...{ host, clock: options.clock, judge: readRefusal },
      read: (jid, after) => this.#intake.readPage(jid, after, signal),
      gone: (jid, ids) => this.#intake.gone(jid, ids, signal),
      warn: (jid, text) => options.log.warn({ jid }, text),
    });
  }

  #buildRegistration(api: InteractionApi): Registration {
    const { signal, options } = this.deps;
    return new Registration({ api, signal, clock: options.clock, warn: (text) => options.log.warn(text) });
  }

  #buildSigns(): WorkingSigns {
    const { signal, options } = this.deps;
    return new WorkingSigns(options.clock, (channelId) =>
      this.api.type(channelId, signal).catch((error: Error) => {
        options.log.debug({ channelId, reason: error.message }, 'Typing sign not shown');
      }),
    );
  }

  #buildInvocations(api: InteractionApi): Invocations {
    const { host, signal, options } = this.deps;
    const { clock, log } = options;
    return new Invocations({
      ...{ api, clock, log, signal },
      command: (invocation) => host.command(invocation),
      toMessage: (question, guildId) => this.#intake.read(question, guildId),
      store: (message) =>
        new Promise<Receipt>((stored) => this.feed.take({ kind: 'message', message, stored })),
    });
  }

  #handlers(invocations: Invocations): DispatchHandlers {
    return {
      message: (message) => this.#intake.message(message),
      updated: (message) => this.#intake.updated(message),
      deleted: (channelId, ids) => this.#intake.deleted(channelId, ids),
      interaction: (interaction) => invocations.take(interaction),
    };
  }

  #buildConnection(dispatch: DispatchHandlers): Connection {
    const { library, options } = this.deps;
    const { apiUrl, botToken, clock, log } = options;
    return new Connection({
      ...{ library, botToken, clock, log },
      createClient: (hooks) => createClient(library, apiUrl, hooks),
      sessionStarts: (signal) => this.api.sessionStarts(signal),
      events: {
        dispatch,
        interrupted: () => this.feed.interrupted(),
        connected: () => this.#connected(),
      },
    });
  }

  #connected(): void {
    this.feed.connected();
    const application = this.connection.client?.application.id;
    if (application !== undefined) void this.registration.run(application);
  }
}
