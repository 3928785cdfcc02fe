/** What executors and probes tell the core. */
export type { EmergencyOutcome, EventBody as Report, EventOf } from '../decide/event.ts';
