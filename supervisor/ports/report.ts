/** What executors and probes tell the core. */
export type { EventBody as Report } from '../decide/event.ts';
