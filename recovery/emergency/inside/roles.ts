/** What the supervisor's bundle may be told to be inside the sandbox. Loaded first of all, so it imports nothing. */

export const INSIDE_ROLES = ['emergency-session', 'emergency-verbs'] as const;
export type InsideRole = (typeof INSIDE_ROLES)[number];

/** Whether this process is one inside the sandbox. @param role first argument of the program */
export function isInsideRole(role: string | undefined): role is InsideRole {
  return INSIDE_ROLES.some((known) => known === role);
}
