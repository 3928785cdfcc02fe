/** The REST calls by which slash commands are registered and answered. */
import type {
  APIApplicationCommand,
  APIInteraction,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { DiscordLibrary } from './library.ts';
import { RestCaller } from './rest-caller.ts';

/** A request without an answer ends after this, milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Discord's reference: Interaction Callback Type. */
const CALLBACK = { message: 4, deferredMessage: 5 } as const;

/** Discord's reference: message flags. */
const EPHEMERAL = 64;

export type InteractionRef = Pick<APIInteraction, 'id' | 'token' | 'application_id'>;

/** An answer to a command. `isPrivate`: seen only by who gave the command. */
export type Answer = { content: string; isPrivate: boolean };

/** All reject with what `readRefusal` reads. */
export interface InteractionApi {
  commands(applicationId: string, signal: AbortSignal): Promise<APIApplicationCommand[]>;
  /** Replaces all commands of the application. */
  register(
    applicationId: string,
    commands: RESTPutAPIApplicationCommandsJSONBody,
    signal: AbortSignal,
  ): Promise<void>;
  respond(to: InteractionRef, answer: Answer, signal: AbortSignal): Promise<void>;
  /** Promises an answer: `complete` brings it within 15 minutes. */
  defer(to: InteractionRef, isPrivate: boolean, signal: AbortSignal): Promise<void>;
  complete(to: InteractionRef, answer: Answer, signal: AbortSignal): Promise<void>;
  /** A further message after the answer. */
  followUp(to: InteractionRef, answer: Answer, signal: AbortSignal): Promise<void>;
}

export class RestInteractionApi implements InteractionApi {
  readonly #caller: RestCaller;

  /** @param url without `/v10`, which the client adds */
  constructor(
    readonly library: Pick<DiscordLibrary, 'REST' | 'Routes'>,
    url: string,
    token: string,
  ) {
    this.#caller = new RestCaller(library, url, token, REQUEST_TIMEOUT_MS);
  }

  commands(applicationId: string, signal: AbortSignal): Promise<APIApplicationCommand[]> {
    const route = this.library.Routes.applicationCommands(applicationId);
    const query = new URLSearchParams({ with_localizations: 'true' });
    return this.#caller.call(signal, (rest, own) => rest.get(route, { query, signal: own }));
  }

  async register(
    applicationId: string,
    commands: RESTPutAPIApplicationCommandsJSONBody,
    signal: AbortSignal,
  ): Promise<void> {
    const route = this.library.Routes.applicationCommands(applicationId);
    await this.#caller.call(signal, (rest, own) => rest.put(route, { body: commands, signal: own }));
  }

  respond(to: InteractionRef, answer: Answer, signal: AbortSignal): Promise<void> {
    return this.#callback(to, { type: CALLBACK.message, data: bodyOf(answer) }, signal);
  }

  defer(to: InteractionRef, isPrivate: boolean, signal: AbortSignal): Promise<void> {
    return this.#callback(
      to,
      { type: CALLBACK.deferredMessage, data: isPrivate ? { flags: EPHEMERAL } : {} },
      signal,
    );
  }

  async complete(to: InteractionRef, answer: Answer, signal: AbortSignal): Promise<void> {
    const route = this.library.Routes.webhookMessage(to.application_id, to.token, '@original');
    await this.#caller.call(signal, (rest, own) =>
      rest.patch(route, { body: bodyOf(answer), auth: false, signal: own }),
    );
  }

  async followUp(to: InteractionRef, answer: Answer, signal: AbortSignal): Promise<void> {
    const route = this.library.Routes.webhook(to.application_id, to.token);
    await this.#caller.call(signal, (rest, own) =>
      rest.post(route, { body: bodyOf(answer), auth: false, signal: own }),
    );
  }

  async #callback(to: InteractionRef, body: object, signal: AbortSignal): Promise<void> {
    const route = this.library.Routes.interactionCallback(to.id, to.token);
    await this.#caller.call(signal, (rest, own) => rest.post(route, { body, auth: false, signal: own }));
  }
}

/** Nobody is pinged by an echo of what somebody wrote. */
function bodyOf({ content, isPrivate }: Answer): object {
  return { content, allowed_mentions: { parse: [] }, ...(isPrivate ? { flags: EPHEMERAL } : {}) };
}
