/**
 * One executor for each action the core may ask for. The table's type demands all of them: a new action in
 * `contracts/action.ts` does not compile until it has its line here.
 */
import type { Action, ActionKind, ActionOf } from '../contracts/action.ts';
import type { Tools } from '../supervisor/ports/tools.ts';
import { checkHealth } from './check-health.ts';
import { appendIncident, recordMetric, saveState, writeLog } from './record.ts';
import { startProcess } from './restart/start-process.ts';
import { runRemedy } from './run-remedy.ts';

type Executors = { [K in ActionKind]: (action: ActionOf<K>, tools: Tools) => void };

const EXECUTORS: Executors = {
  save_state: saveState,
  start_process: startProcess,
  watch_process: (action, { processes }) => processes.watch(action),
  terminate: (action, { processes }) => processes.signal(action, 'SIGTERM'),
  kill: (action, { processes }) => processes.signal(action, 'SIGKILL'),
  check_health: checkHealth,
  append_incident: appendIncident,
  record_metric: recordMetric,
  page: (action, { pager }) => pager.send(action.notice),
  page_progress: (action, { pager }) => pager.progress(action.progress),
  run_remedy: runRemedy,
  start_emergency: (action, { emergency, report }) => emergency.open(action, report),
  log: writeLog,
  exit_supervisor: (action, { exit }) => exit(action.code),
};

/** Carries out one action. What takes time is only begun here; its outcome comes as an event. */
export function execute(action: Action, tools: Tools): void {
  const run = EXECUTORS[action.kind] as (action: Action, tools: Tools) => void;
  run(action, tools);
}
