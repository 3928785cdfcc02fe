/**
 * The local chat: plain HTTP over the orchestrator's control socket (`run/control.sock`, mode 0600: who can open
 * it may talk). The CLI speaks it directly; the status page's server passes it on for the page.
 *
 *   POST /local/messages          {id, chat, sender, text}  → 202 {accepted: true, asks} once it is stored durably; `asks`
 *                                 says whether it asks the assistant and so will be answered; the same id again
 *                                 answers 200 {accepted: false} and stores nothing; an unknown chat 404
 *   GET  /local/messages?chat=main&after=<seq>              → 200 LocalMessage[] (oldest first, at most 200)
 *   GET  /local/events?chat=main&after=<seq>                → SSE: `event: message` with a LocalMessage,
 *                                 `event: working` with {"working": boolean}
 */
import * as z from 'zod';

/** Longest text a local message may have, characters. */
export const LOCAL_TEXT_LIMIT = 100_000;

export const localPostSchema = z.object({
  /** Chosen by the client, unique per message: what makes a repeat harmless. */
  id: z.string().min(1).max(100),
  chat: z.string().regex(/^[a-z0-9_-]{1,40}$/),
  sender: z.string().min(1).max(80),
  text: z.string().min(1).max(LOCAL_TEXT_LIMIT),
});
export type LocalPost = z.infer<typeof localPostSchema>;

export const localMessageSchema = z.object({
  /** Position in the chat's record, rises by one or more. */
  seq: z.number().int(),
  chat: z.string(),
  /** `in`: a person wrote it. `out`: the assistant answered. */
  direction: z.enum(['in', 'out']),
  /** For `in` the client's id, for `out` the delivery key: `<turn>.<ordinal>`. */
  id: z.string(),
  /** For `out`: ids of the messages that the turn answers. */
  answers: z.array(z.string()),
  sender: z.string(),
  text: z.string(),
  /** Wall clock, milliseconds since the epoch. */
  at: z.number(),
});
export type LocalMessage = z.infer<typeof localMessageSchema>;
