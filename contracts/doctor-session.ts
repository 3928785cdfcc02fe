/**
 * A person's wish for an emergency session now, whatever the day's budget says: `POST /api/doctor-session` on the
 * status page's port answers 202 `{incident}`, or 409 with the reason as its `code`.
 */
import * as z from 'zod';

export const sessionRefusalSchema = z.enum([
  /** One runs already; there is never a second one. */
  'session_running',
  /** Nothing is known to be wrong: a session could only do harm. */
  'no_incident',
  /** What is wrong is nothing a change of code or a remedy could cure. */
  'not_curable',
  /** Somebody told the supervisor to keep its hands off. */
  'paused',
  /** The service is down because somebody wants it so. */
  'stopped',
  /** A restart or a remedy is under way: what comes of it is known within minutes. */
  'still_healing',
]);
export type SessionRefusal = z.infer<typeof sessionRefusalSchema>;

export type SessionWish = { granted: true; incident: string } | { granted: false; why: SessionRefusal };
