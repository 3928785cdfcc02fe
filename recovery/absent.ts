/** What answers where an installation lacks the means: the ladder goes on to its next rung. */
import { type RemedyName, remedyNameSchema } from '../contracts/remedy.ts';
import type { EmergencyDesk } from '../supervisor/ports/emergency.ts';
import type { Remedies, Remedy } from '../supervisor/ports/remedy.ts';

function absentRemedy(name: RemedyName): Remedy {
  return { name, limitMs: 1000, run: async () => ({ kind: 'failed', detail: 'not available' }) };
}

export function absentRemedies(): Remedies {
  const entries = remedyNameSchema.options.map((name) => [name, absentRemedy(name)] as const);
  return Object.fromEntries(entries) as Remedies;
}

export const absentEmergencyDesk: EmergencyDesk = {
  open({ incident }, report) {
    const detail = 'the emergency session is not available here';
    report({ kind: 'emergency_result', incident, outcome: 'unavailable', detail });
  },
};
