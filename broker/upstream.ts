/**
 * Asks HTTP upstreams with Node's own client. Connections are kept for a while, which spares follow-ups the handshake.
 * The supervisor is one file with all it needs and carries this too: a larger client would be memory it holds all day.
 */
import { Agent, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';

const CONNECT_TIMEOUT_MS = 10_000;
/**
 * Longest silence, before the answer and within it. Claude Code gives a request ten minutes (`x-stainless-timeout: 600`);
 * an answer without streaming uses them, and a stream pings far more often.
 */
const SILENCE_MS = 600_000;
/** How long an unused connection is kept: ends before usual edges end it. */
const KEEP_ALIVE_MS = 60_000;

/** The upstream took no connection, or said nothing, in time. */
export class UpstreamTimeoutError extends Error {
  constructor(readonly code: 'UPSTREAM_CONNECT_TIMEOUT' | 'UPSTREAM_SILENT') {
    super(code === 'UPSTREAM_SILENT' ? 'the upstream is silent' : 'the upstream takes no connection');
  }
}

export type UpstreamOrder = {
  base: URL;
  /** Path and query from the host's root. */
  path: string;
  method: string;
  headers: Record<string, string | string[]>;
  /** Read while it is sent; destroyed when the upstream takes no more of it. */
  body: Readable | null;
  signal: AbortSignal;
};

export class Upstreams {
  readonly #plain = new Agent({ keepAlive: true, timeout: KEEP_ALIVE_MS });
  readonly #secure = new SecureAgent({ keepAlive: true, timeout: KEEP_ALIVE_MS });

  /**
   * Resolves when the answer begins; its body is still on the way.
   * @throws UpstreamTimeoutError, errors of the system and of the body, or the signal's
   */
  ask({ base, path, method, headers, body, signal }: UpstreamOrder): Promise<IncomingMessage> {
    const isSecure = base.protocol === 'https:';
    const { protocol, hostname, port } = urlToHttpOptions(base);
    const options = { protocol, hostname, port, path, method, headers: framed(headers, body), signal };
    const agent = isSecure ? this.#secure : this.#plain;
    return new Promise((resolve, reject) => {
      const sent = (isSecure ? requestSecure : requestPlain)({ ...options, agent, timeout: SILENCE_MS });
      const limit = setTimeout(
        () => sent.destroy(new UpstreamTimeoutError('UPSTREAM_CONNECT_TIMEOUT')),
        CONNECT_TIMEOUT_MS,
      );
      const connected = () => clearTimeout(limit);
      sent.on('socket', (socket) => {
        if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', connected);
        else connected();
      });
      sent.on('timeout', () => sent.destroy(new UpstreamTimeoutError('UPSTREAM_SILENT')));
      sent.on('close', connected);
      sent.on('error', reject);
      sent.on('response', resolve);
      if (body === null) return void sent.end();
      sent.on('close', () => body.destroy());
      body.on('error', (error) => sent.destroy(error)).pipe(sent);
    });
  }

  /** Cuts what is under way. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** A body of unknown length is sent in chunks, whatever the method: Node would frame it for some methods only. */
function framed(headers: UpstreamOrder['headers'], body: Readable | null): UpstreamOrder['headers'] {
  const isOpenEnded = body !== null && headers['content-length'] === undefined;
  return isOpenEnded ? { ...headers, 'transfer-encoding': 'chunked' } : headers;
}
