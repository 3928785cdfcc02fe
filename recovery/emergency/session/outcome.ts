/** What came of a session, in one line for a person and one word for the core. Pure. */
import type { EmergencyOutcome } from '../../../supervisor/ports/report.ts';
import type { SessionState } from './state.ts';
import type { Stop } from './watch.ts';
import type { RunEnd } from './way-run.ts';

/** `done` needs a proof by looks; the session's own word decides nothing. */
export function outcomeOf(state: SessionState, last: RunEnd): { outcome: EmergencyOutcome; detail: string } {
  const { kept, remedies, tries, fix, failedWays } = state;
  const outcome = kept > 0 || remedies > 0 ? 'done' : 'failed';
  const found = kept > 0 ? `fixed ${fix.join(', ')}` : `${tries} fixes tried, none kept`;
  const ended = 'stop' in last ? `it was ended: ${STOPPED[last.stop]}` : `it ended: ${last.ending.detail}`;
  const ways = failedWays.map(({ way, reason }) => `${way} ${reason}`);
  return { outcome, detail: [found, ended, ...ways].join('; ') };
}

const STOPPED: Record<Exclude<Stop, 'exited'>, string> = {
  time: 'its time was up',
  silent: 'it said nothing for too long',
  disk: 'it wrote too much',
  unneeded: 'the incident was over',
  let_go: 'the supervisor was told to end',
};
