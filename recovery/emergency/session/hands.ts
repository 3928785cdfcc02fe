/** Puts together what a session acts with: its trial of a fix, and the verbs it is given. */
import type { Redact } from '../../../contracts/redact.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import { callControl } from '../../remedies/control-socket.ts';
import type { DeskParts } from '../parts.ts';
import { askCanary, type CallControl } from '../trial/canary.ts';
import { TrialService } from '../trial/service.ts';
import type { TrialParts } from '../trial/try-fix.ts';
import type { Verb } from '../verbs/server.ts';
import { createVerbs } from '../verbs/verbs.ts';
import type { SessionMemory } from './memory.ts';
import { placesOf } from './places.ts';

export type HandsParts = {
  desk: DeskParts;
  incident: string;
  memory: SessionMemory;
  report: (event: Report) => void;
};
export type Trial = TrialParts & { service: TrialService };

export function trialOf({ desk, incident, memory, report }: HandsParts): Trial {
  const { clock, around, limits } = desk;
  const canary = canaryOf(desk);
  return {
    desk,
    places: placesOf(desk.paths, memory.state),
    service: new TrialService({ incident, clock, around, limits, report, canary }),
    state: () => memory.state,
    save: (change) => memory.save(change),
  };
}

function canaryOf({ clock, newToken, limits, paths }: DeskParts): TrialService['parts']['canary'] {
  const limitSeconds = limits.canarySeconds;
  if (limitSeconds === 0) return null;
  const call: CallControl = (ask, signal) => callControl(paths.controlSocket, ask, signal);
  return (readiness, signal) => askCanary({ call, clock, newToken, limitSeconds }, readiness, signal);
}

/** @param signal fires when the session is over */
export function verbsOf(parts: HandsParts, redact: Redact, signal: AbortSignal): Verb[] {
  const { desk, incident, memory } = parts;
  const { paths, installation, around, clock } = desk;
  return createVerbs({
    trial: trialOf(parts),
    evidence: { paths, installation, around, incident, redact },
    remedies: around.remedies,
    audit: placesOf(paths, memory.state).audit,
    ...{ redact, clock, signal },
  });
}
