/** What the supervisor's bundle may be told to be in a session, inside its sandbox or beside it. Loaded first of all, so it imports nothing. */

export const INSIDE_ROLES = ['emergency-session', 'emergency-verbs', 'emergency-room'] as const;
export type InsideRole = (typeof INSIDE_ROLES)[number];

/** Whether this process is one of a session. @param role first argument of the program */
export function isInsideRole(role: string | undefined): role is InsideRole {
  return INSIDE_ROLES.some((known) => known === role);
}
