/** The two calls to Discord's REST API that a conversation takes. */
import { type Exchanged, exchange, retryAfterOf, troubleOf } from '../exchange.ts';

export type ChatMessage = {
  id: string;
  author: string;
  /** Written by a program: the bot itself, another bot, a webhook. */
  isAutomatic: boolean;
  text: string;
};

/** `waitMs`: leave the platform alone for so long. `refused`: it will not change by itself. */
export type ChatResult<T> =
  | { kind: 'ok'; value: T; waitMs: number }
  | { kind: 'later'; waitMs: number; reason: string }
  | { kind: 'refused'; reason: string };

export interface Chat {
  /** Messages after that id, oldest first. */
  readAfter(id: string): Promise<ChatResult<ChatMessage[]>>;
  /**
   * Answers a message. The same answer again within minutes is shown once.
   * @param ordinal tells a message's answers apart, from 1 to 9
   */
  answer(message: ChatMessage, text: string, ordinal: number): Promise<ChatResult<null>>;
}

export type ChatPlace = { api: string; token: string; channel: string };

const TIMEOUT_MS = 10_000;
/** Discord: Get Channel Messages gives at most 100; far more than people say in one interval. */
const READ_LIMIT = 50;
/** Discord: length of a message. */
const TEXT_LIMIT = 2000;
const LATER_MS = 5000;

export function discordChat(place: ChatPlace, timeoutMs = TIMEOUT_MS): Chat {
  const path = `${place.api.replace(/\/$/, '')}/v10/channels/${place.channel}/messages`;
  const ask = async (method: 'GET' | 'POST', query: string, body: unknown) => {
    const headers = { authorization: `Bot ${place.token}` };
    const signal = AbortSignal.timeout(timeoutMs);
    return exchange({ method, url: new URL(`${path}${query}`), body, headers, signal });
  };
  return {
    readAfter: (id) => attempt(() => ask('GET', `?after=${id}&limit=${READ_LIMIT}`, null), parseMessages),
    answer: ({ id }, text, ordinal) => {
      const body = {
        content: text.slice(0, TEXT_LIMIT),
        message_reference: { message_id: id, fail_if_not_exists: false },
        allowed_mentions: { parse: [], replied_user: false },
        // A repeat after a lost response gives the first one back. Discord takes 25 characters; ids have 20.
        ...{ nonce: `${id}-${ordinal}`, enforce_nonce: true },
      };
      return attempt(
        () => ask('POST', '', body),
        () => null,
      );
    },
  };
}

async function attempt<T>(ask: () => Promise<Exchanged>, read: (body: string) => T): Promise<ChatResult<T>> {
  try {
    return judge(await ask(), read);
  } catch (error) {
    return { kind: 'later', waitMs: LATER_MS, reason: troubleOf(error).reason };
  }
}

function judge<T>(answer: Exchanged, read: (body: string) => T): ChatResult<T> {
  const { status, headers, body } = answer;
  const reason = `HTTP ${status}`;
  if (status === 429 || status >= 500) {
    return { kind: 'later', waitMs: retryAfterOf(answer) ?? LATER_MS, reason };
  }
  if (status >= 300) return { kind: 'refused', reason };
  // The last request of this window: the next one would be turned away.
  const spent = headers['x-ratelimit-remaining'] === '0';
  const waitMs = spent ? Number(headers['x-ratelimit-reset-after']) * 1000 || 0 : 0;
  return { kind: 'ok', value: read(body), waitMs };
}

type RawMessage = {
  id?: unknown;
  content?: unknown;
  webhook_id?: unknown;
  author?: { id?: unknown; bot?: unknown };
};

/** @throws SyntaxError for what is no JSON */
function parseMessages(body: string): ChatMessage[] {
  const list = JSON.parse(body) as RawMessage[];
  return list
    .flatMap(({ id, content, webhook_id, author }) =>
      typeof id === 'string' && typeof content === 'string' && typeof author?.id === 'string'
        ? [
            {
              ...{ id, author: author.id, text: content },
              isAutomatic: author.bot === true || typeof webhook_id === 'string',
            },
          ]
        : [],
    )
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** Discord's ids count milliseconds since the begin of 2015 above their lower 22 bits. */
export function firstIdAt(wallMs: number): string {
  return String(BigInt(Math.max(0, Math.floor(wallMs) - 1_420_070_400_000)) << 22n);
}
