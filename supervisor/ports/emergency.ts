/** Tier 3: the session that diagnoses and repairs. */
import type { ActionOf } from '../../contracts/action.ts';
import type { Report } from './report.ts';

export interface EmergencyDesk {
  /**
   * Begins a session, or goes on following the one that already runs for this incident. Reports `emergency_begun`
   * once it really runs, and exactly one `emergency_result`; never rejects.
   */
  open(order: ActionOf<'start_emergency'>, report: (event: Report) => void): void;
}
