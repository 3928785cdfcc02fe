/**
 * Slack's addresses outside of the Web API: files up and down, and answers to slash commands. The token and people's
 * files go to Slack's own hosts alone, however an address came to us.
 */
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';

/** An address is not one of Slack's. */
export class ForeignAddressError extends Error {
  readonly code = 'SLACK_FOREIGN_ADDRESS';
}

/** Slack's domains for the API, files, and government workspaces. */
const SLACK_DOMAINS = ['slack.com', 'slack-files.com', 'slack-edge.com', 'slack-gov.com'] as const;

/** Until the answer's first byte, and between two pieces of it, milliseconds. */
const SILENCE_MS = 20_000;
/** For an answer to a command: a few hundred bytes both ways, milliseconds. */
const RESPOND_DEADLINE_MS = 10_000;
const MOST_REDIRECTS = 5;

export type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

export class SlackWeb {
  readonly #dispatcher = new Agent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS });
  readonly #isSlack: (url: URL) => boolean;

  /** @param apiUrl base of the Web API when it is not Slack's own; its origin counts as Slack's */
  constructor(apiUrl: string | undefined) {
    this.#isSlack = slackHosts(apiUrl);
  }

  /**
   * Asks for a file, following redirects among Slack's hosts.
   * @throws ForeignAddressError; undici's errors; the signal's reason
   */
  async get(address: string, token: string, signal: AbortSignal): Promise<Answer> {
    let url = this.#own(address);
    for (let redirects = 0; ; redirects += 1) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await request(url, { dispatcher: this.#dispatcher, headers, signal });
      const { location } = answer.headers;
      if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string') return answer;
      await answer.body.dump();
      if (redirects >= MOST_REDIRECTS) throw new ForeignAddressError('redirected again and again');
      url = this.#own(new URL(location, url).href);
    }
  }

  /**
   * Uploads a file. Its address is a secret of its own, so no token goes along.
   * @returns the HTTP status
   * @throws as `get`
   */
  async put(address: string, file: { body: Readable; bytes: number }, signal: AbortSignal): Promise<number> {
    const { statusCode, body } = await request(this.#own(address), {
      ...{ dispatcher: this.#dispatcher, method: 'POST', signal, body: file.body },
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(file.bytes) },
    });
    await body.dump();
    return statusCode;
  }

  /** Answers a command after its acknowledgement. @returns the HTTP status @throws as `get` */
  async respond(address: string, message: object): Promise<number> {
    const signal = AbortSignal.timeout(RESPOND_DEADLINE_MS);
    const { statusCode, body } = await request(this.#own(address), {
      ...{ dispatcher: this.#dispatcher, method: 'POST', signal, body: JSON.stringify(message) },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    await body.dump();
    return statusCode;
  }

  #own(address: string): URL {
    const url = new URL(address);
    if (!this.#isSlack(url)) throw new ForeignAddressError(`${url.host} is not one of Slack's hosts`);
    return url;
  }
}

/** Pure. @returns tells whether a URL is one of Slack's, or of the same origin as the Web API in use */
export function slackHosts(apiUrl: string | undefined): (url: URL) => boolean {
  const origin = apiUrl === undefined ? null : new URL(apiUrl).origin;
  return ({ protocol, hostname, origin: own }) =>
    own === origin ||
    (protocol === 'https:' &&
      SLACK_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`)));
}
