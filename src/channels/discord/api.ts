/** The REST calls about chats, messages and the gateway that we make. */
import type {
  APIChannel,
  APIGatewaySessionStartLimit,
  APIMessage,
  RESTGetAPIGatewayBotResult,
} from 'discord.js';
import { FormData } from 'undici';
import type { DiscordLibrary } from './library.ts';
import { RestCaller } from './rest-caller.ts';
import { compareIds } from './snowflake.ts';

/** Below the outbox's own deadline of a send, milliseconds; an upload gets nearly all of it. */
const REQUEST_TIMEOUT_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 28_000;

/** Most messages of one page of history; Discord's reference: Get Channel Messages. */
export const PAGE_SIZE = 100;

/** Discord's reference: Create Message. */
export type NewMessage = {
  content: string;
  nonce: string;
  enforce_nonce: true;
  allowed_mentions: { parse: 'users'[]; replied_user: boolean };
  message_reference?: { message_id: string; fail_if_not_exists: false };
};

/** A file to send; the content is read from the disk while it goes out. */
export type Upload = { name: string; content: Blob };

/** All reject with what `readRefusal` reads. */
export interface Api {
  /** Whether Discord refused the token at the last call. */
  readonly unauthorized: boolean;
  create(
    channelId: string,
    message: NewMessage,
    upload: Upload | null,
    signal: AbortSignal,
  ): Promise<APIMessage>;
  /** The first messages after an id, oldest first, `PAGE_SIZE` at most. */
  after(channelId: string, id: string, signal: AbortSignal): Promise<APIMessage[]>;
  message(channelId: string, id: string, signal: AbortSignal): Promise<APIMessage>;
  channel(channelId: string, signal: AbortSignal): Promise<APIChannel>;
  type(channelId: string, signal: AbortSignal): Promise<void>;
  /** How many sessions may still be started, and when the count begins anew. */
  sessionStarts(signal: AbortSignal): Promise<APIGatewaySessionStartLimit>;
}

export class RestApi implements Api {
  readonly #caller: RestCaller;
  readonly #uploads: RestCaller;

  /** @param url without `/v10`, which the client adds */
  constructor(
    readonly library: Pick<DiscordLibrary, 'REST' | 'Routes'>,
    url: string,
    token: string,
  ) {
    this.#caller = new RestCaller(library, url, token, REQUEST_TIMEOUT_MS);
    this.#uploads = new RestCaller(library, url, token, UPLOAD_TIMEOUT_MS);
  }

  get unauthorized(): boolean {
    return this.#caller.unauthorized || this.#uploads.unauthorized;
  }

  create(
    channelId: string,
    message: NewMessage,
    upload: Upload | null,
    signal: AbortSignal,
  ): Promise<APIMessage> {
    const route = this.library.Routes.channelMessages(channelId);
    if (upload === null) {
      return this.#caller.call(signal, (rest, own) => rest.post(route, { body: message, signal: own }));
    }
    const body = formOf(message, upload);
    return this.#uploads.call(signal, (rest, own) =>
      rest.post(route, { body, passThroughBody: true, signal: own }),
    );
  }

  async after(channelId: string, id: string, signal: AbortSignal): Promise<APIMessage[]> {
    const route = this.library.Routes.channelMessages(channelId);
    const query = new URLSearchParams({ after: id, limit: String(PAGE_SIZE) });
    const page = await this.#caller.call<APIMessage[]>(signal, (rest, own) =>
      rest.get(route, { query, signal: own }),
    );
    return page.sort((a, b) => compareIds(a.id, b.id));
  }

  message(channelId: string, id: string, signal: AbortSignal): Promise<APIMessage> {
    const route = this.library.Routes.channelMessage(channelId, id);
    return this.#caller.call(signal, (rest, own) => rest.get(route, { signal: own }));
  }

  channel(channelId: string, signal: AbortSignal): Promise<APIChannel> {
    const route = this.library.Routes.channel(channelId);
    return this.#caller.call(signal, (rest, own) => rest.get(route, { signal: own }));
  }

  async type(channelId: string, signal: AbortSignal): Promise<void> {
    const route = this.library.Routes.channelTyping(channelId);
    await this.#caller.call(signal, (rest, own) => rest.post(route, { signal: own }));
  }

  async sessionStarts(signal: AbortSignal): Promise<APIGatewaySessionStartLimit> {
    const route = this.library.Routes.gatewayBot();
    const gateway = await this.#caller.call<RESTGetAPIGatewayBotResult>(signal, (rest, own) =>
      rest.get(route, { signal: own }),
    );
    return gateway.session_start_limit;
  }
}

/** Discord's reference: uploading files. Made here, since discord.js would take the whole file into memory, twice. */
function formOf(message: NewMessage, { name, content }: Upload): FormData {
  const form = new FormData();
  form.append('payload_json', JSON.stringify(message));
  form.append('files[0]', content, name);
  return form;
}
