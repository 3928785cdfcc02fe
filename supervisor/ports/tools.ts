/** What the executors in `recovery/` work with, and how an action is handed to them. */
import type { Action } from '../../contracts/action.ts';
import type { EmergencyDesk } from './emergency.ts';
import type { HealthProbe } from './health-probe.ts';
import type { ProcessOwner } from './process-owner.ts';
import type { IncidentLog, Log, MetricsSink, Pager, StateStore } from './records.ts';
import type { Remedies } from './remedy.ts';
import type { Report } from './report.ts';
import type { Companion } from './view.ts';

export type Tools = {
  processes: ProcessOwner;
  probe: HealthProbe;
  store: StateStore;
  incidents: IncidentLog;
  metrics: MetricsSink;
  pager: Pager;
  remedies: Remedies;
  emergency: EmergencyDesk;
  log: Log;
  /** Tells the core what came of it. */
  report: (event: Report) => void;
  exit: (code: number) => void;
};

/** Carries out one action. What takes time is only begun; its outcome comes as an event. */
export type Execute = (action: Action, tools: Tools) => void;

/** A pager with a life of its own: it delivers in the background and goes on where a former one ended. */
export type LivePager = Pager & { start(): void; stop(): void };

/** All that tells people: the pager, what lives beside it, and how many commands of strangers were passed over. */
export type Paging = { pager: LivePager; companions: Companion[]; ignored: () => number };
