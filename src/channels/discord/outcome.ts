/** What an error of Discord's REST API means for the request: the one table of it. Pure. */

export type Refusal =
  /** Not carried out; worth another try after `afterMs`. `null`: whenever suits. */
  | { kind: 'later'; afterMs: number | null; reason: string }
  /** Carried out or not, nobody knows. */
  | { kind: 'unclear'; reason: string }
  /** Can never succeed. */
  | { kind: 'never'; reason: string };

/** Discord's reference: JSON error codes that no repetition cures, and what a person can do about them. */
export const NEVER: Readonly<Record<number, string>> = {
  10003: 'the channel is gone',
  10004: 'the server is gone, or the bot was removed from it',
  10013: 'the person is gone',
  30033: 'the thread is full',
  50001: 'the bot may not see this channel: give it "View Channel"',
  50006: 'there is nothing in the message',
  50007: 'the person takes no direct messages from the bot',
  50008: 'the channel takes no text',
  50013: 'the bot may not write here: give it "Send Messages" (in threads "Send Messages in Threads")',
  50024: 'this kind of channel takes no messages',
  50035: 'Discord does not take the message as it is',
  50083: 'the thread is archived',
  50278: 'the bot shares no server with the person',
  160002: 'the bot may not reply here: give it "Read Message History"',
  160005: 'the thread is locked',
  200000: "the server's AutoMod blocks the message",
};

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
  if (known !== undefined) return { kind: 'never', reason: `${known} (${code})` };
  if (status === 400) return { kind: 'never', reason: `Discord refuses the message: ${message}` };
  if (status !== null && status < 500)
    return { kind: 'later', afterMs: null, reason: `${status}: ${message}` };
  return { kind: 'unclear', reason: status === null ? message : `${status}: ${message}` };
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
