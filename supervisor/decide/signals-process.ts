/** Signals about the orchestrator's own process: the service's state is part of their incident. */
import { DIED, FULL, LACKS, NO_ANSWER, PROCESS, SICK, stop } from './ladders.ts';
import type { SignalRow } from './signal-row.ts';

export const PROCESS_SIGNALS = {
  crash: {
    ...PROCESS,
    title: 'The orchestrator crashed',
    seenBy: 'exit',
    dependsOn: LACKS,
    ladder: DIED,
  },
  hang: { ...PROCESS, title: 'The orchestrator hangs', seenBy: 'link', dependsOn: FULL, ladder: DIED },
  start_stuck: {
    ...PROCESS,
    title: 'The orchestrator does not get past its start',
    seenBy: 'link',
    dependsOn: FULL,
    ladder: DIED,
  },
  unreachable: {
    ...PROCESS,
    title: 'The orchestrator does not answer',
    seenBy: 'readyz',
    dependsOn: FULL,
    ladder: SICK,
  },
  not_ready: {
    ...PROCESS,
    title: 'The orchestrator is not ready',
    seenBy: 'readyz',
    dependsOn: FULL,
    ladder: SICK,
  },
  bad_config: {
    ...PROCESS,
    title: 'The configuration is wrong',
    seenBy: 'exit',
    dependsOn: [],
    // A file that was read while half of it was written is whole a moment later: one restart finds out.
    ladder: { ...NO_ANSWER, watchdog: 1, rungs: [stop('restore_config')], mayRun: false },
  },
  store_unusable: {
    ...PROCESS,
    title: 'The database cannot be opened',
    seenBy: 'exit',
    dependsOn: [...FULL, 'store_broken'],
    // It was read and found bad: another plain start would read the same.
    ladder: { ...DIED, watchdog: 0 },
  },
  port_in_use: {
    ...PROCESS,
    title: 'The port is taken by another program',
    seenBy: 'exit',
    dependsOn: [],
    // The predecessor may need a moment to let go.
    ladder: { ...NO_ANSWER, watchdog: 2, rungs: [stop('free_port')], mayRun: false },
  },
} satisfies Record<string, SignalRow>;
