/** What an error of Discord's REST API means for the request: the one table of it. Pure. */

export type Refusal =
  /** Not carried out; worth another try after `afterMs`. `null`: whenever suits. */
  | { kind: 'later'; afterMs: number | null; reason: string }
  /** Carried out or not, nobody knows. */
  | { kind: 'unclear'; reason: string }
  /** Can never succeed; `chat` as in `SendOutcome`. */
  | { kind: 'never'; reason: string; chat: 'gone' | 'reachable' };

/** What a person can do about it, and whether anything can still be said in the chat. */
type Never = { reason: string; chat: 'gone' | 'reachable' };
const gone = (reason: string): Never => ({ reason, chat: 'gone' });
const reachable = (reason: string): Never => ({ reason, chat: 'reachable' });

/** Discord's reference: JSON error codes that no repetition cures. */
export const NEVER: Readonly<Record<number, Never>> = {
  10003: gone('the channel is gone'),
  10004: gone('the server is gone, or the bot was removed from it'),
  10008: reachable('the message was deleted'),
  10013: gone('the person is gone'),
  30033: gone('the thread is full'),
  40005: reachable('the file is too large for Discord'),
  50001: gone('the bot may not see this channel: give it "View Channel"'),
  50006: reachable('there is nothing in the message'),
  50007: gone('the person takes no direct messages from the bot'),
  50008: gone('the channel takes no text'),
  50013: gone('the bot may not write here: give it "Send Messages" (in threads "Send Messages in Threads")'),
  50024: gone('this kind of channel takes no messages'),
  50035: reachable('Discord does not take the message as it is'),
  50083: gone('the thread is archived'),
  50278: gone('the bot shares no server with the person'),
  160002: reachable('the bot may not reply here: give it "Read Message History"'),
  160005: gone('the thread is locked'),
  200000: reachable("the server's AutoMod blocks the message"),
};

/** Codes that pass, or that a person ends: the account is to be verified; the network in front of Discord refuses. */
const PASSING: ReadonlySet<number> = new Set([40_002, 40_333]);

/** Of a file that never reaches Discord's own code: the answer has no JSON. */
const CONTENT_TOO_LARGE = 413;

/** A refused token does not mend itself; the outbox keeps the reply until somebody has. */
const UNAUTHORIZED_RETRY_MS = 60_000;

export function isUnauthorized(error: unknown): boolean {
  return fieldsOf(error).status === 401;
}

/** @param error what discord.js rejected with */
export function readRefusal(error: unknown): Refusal {
  const { message, retryAfter, status, code } = fieldsOf(error);
  if (retryAfter !== null) return { kind: 'later', afterMs: retryAfter, reason: 'rate limited' };
  if (status === 401) {
    return { kind: 'later', afterMs: UNAUTHORIZED_RETRY_MS, reason: 'Discord refuses the token' };
  }
  const known = code === null ? undefined : NEVER[code];
  if (known !== undefined) return { kind: 'never', reason: `${known.reason} (${code})`, chat: known.chat };
  if (status === CONTENT_TOO_LARGE)
    return { kind: 'never', ...reachable('the file is too large for Discord') };
  if (status === 400 || isForGood(status, code))
    return { kind: 'never', ...reachable(`Discord refuses the message: ${message}`) };
  if (status !== null && status < 500)
    return { kind: 'later', afterMs: null, reason: `${status}: ${message}` };
  return { kind: 'unclear', reason: status === null ? message : `${status}: ${message}` };
}

/** With a code of its own it is about this message, and will be the same next time: it must not keep back all others. */
function isForGood(status: number | null, code: number | null): boolean {
  return (status === 403 || status === 404) && code !== null && code > 0 && !PASSING.has(code);
}

type Fields = { message: string; retryAfter: number | null; status: number | null; code: number | null };

/** discord.js: RateLimitError has `retryAfter`, HTTPError `status`, DiscordAPIError `status` and Discord's `code`. */
function fieldsOf(error: unknown): Fields {
  const fields: Record<string, unknown> = error instanceof Error ? { ...error } : {};
  const numeric = (name: string) => (typeof fields[name] === 'number' ? fields[name] : null);
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: message.replaceAll('\n', ' '),
    retryAfter: numeric('retryAfter'),
    status: numeric('status'),
    code: numeric('code'),
  };
}
