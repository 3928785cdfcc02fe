/**
 * The signal catalogue: data only. Each row says what a signal means, what hides it, how long it must last before it
 * counts, and the ladder of answers, cheapest first. A signal that is hidden is a symptom: it opens no incident.
 */
import type { SignalCode } from '../../contracts/signal.ts';
import type { Ladder, Rung, RungName, SignalRow } from './signal-row.ts';

const keep = (name: RungName, verifySeconds = 60): Rung => ({ name, service: 'keep', verifySeconds });
const stop = (name: RungName, verifySeconds = 120): Rung => ({ name, service: 'stop', verifySeconds });
const RESTART = keep('restart', 120);

/** Broken data and a bad release look like any crash; each of these looks first and leaves what is sound alone. */
const REPAIRS = [stop('repair_database'), stop('restore_database'), stop('rollback_release')];

const NO_ANSWER: Ladder = {
  watchdog: 0,
  rungs: [],
  doctor: false,
  patienceSeconds: 0,
  mayRun: true,
  outside: false,
};
const DIED: Ladder = {
  ...NO_ANSWER,
  watchdog: 'budget',
  rungs: [...REPAIRS, RESTART],
  doctor: true,
  mayRun: false,
};
const SICK: Ladder = { ...NO_ANSWER, rungs: [RESTART, ...REPAIRS], doctor: true };

/** The process itself: hysteresis is in the service's states, so one look makes these. */
const PROCESS = { severity: 'critical', visibleAfterSeconds: 0, rise: 1, fall: 1 } as const;
/** Asked every few seconds: three in a row, as for the health of the process. */
const PART = { severity: 'major', seenBy: 'readyz', visibleAfterSeconds: 0, rise: 3, fall: 2 } as const;
/** A probe with a pace of its own: two looks exclude a slip. */
const AROUND = { severity: 'major', seenBy: 'probe', visibleAfterSeconds: 0, rise: 2, fall: 2 } as const;

const FULL = ['disk_full'] as const;
/** Why a process may die again and again for no fault of its own. */
const LACKS = ['disk_full', 'packages_missing'] as const;
const OUTAGES = ['network_down', 'platform_down'] as const;
const NO_AGENTS = ['docker_down', 'image_missing', 'sandbox_down'] as const;
const NO_MODEL = [
  ...['sign_in_expired', 'sign_in_revoked', 'credit_spent', 'model_down', 'copilot_down'],
] as readonly SignalCode[];
const NO_CHAT = ['channel_down', 'channel_deaf', 'channel_refused', 'delivery_stuck', ...OUTAGES] as const;

export const SIGNALS: Record<SignalCode, SignalRow> = {
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
  port_in_use: {
    ...PROCESS,
    title: 'The port is taken by another program',
    seenBy: 'exit',
    dependsOn: [],
    // The predecessor may need a moment to let go.
    ladder: { ...NO_ANSWER, watchdog: 2, rungs: [stop('free_port')], mayRun: false },
  },
  unanswered: {
    ...PART,
    title: 'A message has not been answered for long',
    severity: 'critical',
    dependsOn: [...NO_AGENTS, ...NO_MODEL, ...NO_CHAT, 'store_broken', 'disk_full'],
    ladder: { ...NO_ANSWER, rungs: [keep('stop_agent', 120), RESTART], doctor: true },
  },
  store_broken: {
    ...PART,
    title: 'The database does not work',
    severity: 'critical',
    dependsOn: FULL,
    ladder: SICK,
  },
  sandbox_down: {
    ...PART,
    title: 'No agent can be started',
    severity: 'critical',
    dependsOn: ['docker_down', 'image_missing', 'disk_full'],
    ladder: { ...NO_ANSWER, rungs: [keep('restart_docker', 120), keep('build_image', 120)], doctor: true },
  },
  channel_down: {
    ...PART,
    title: 'A channel is not connected',
    visibleAfterSeconds: 60,
    dependsOn: OUTAGES,
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel')], patienceSeconds: 300, outside: true },
  },
  channel_deaf: {
    ...PART,
    title: 'A channel is connected and hears nothing',
    dependsOn: [...OUTAGES, 'channel_down'],
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel'), RESTART], doctor: true },
  },
  channel_degraded: {
    ...PART,
    title: 'A channel works with less',
    severity: 'minor',
    // The library's own reconnect is given its time; a missing permission is no emergency.
    visibleAfterSeconds: 600,
    dependsOn: [...OUTAGES, 'channel_down', 'channel_deaf'],
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel')], patienceSeconds: 86_400, outside: true },
  },
  channel_refused: {
    ...PART,
    title: 'A platform refuses the token',
    dependsOn: OUTAGES,
    ladder: NO_ANSWER,
  },
  delivery_stuck: {
    ...PART,
    title: 'Replies are not delivered',
    severity: 'critical',
    visibleAfterSeconds: 120,
    dependsOn: [...OUTAGES, 'channel_down', 'channel_refused', 'store_broken', 'disk_full'],
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel'), RESTART], doctor: true },
  },
  model_down: {
    ...PART,
    title: 'The model does not answer',
    severity: 'critical',
    visibleAfterSeconds: 300,
    dependsOn: ['network_down', 'sign_in_expired', 'sign_in_revoked', 'credit_spent'],
    ladder: { ...NO_ANSWER, patienceSeconds: 900, outside: true },
  },
  docker_down: {
    ...AROUND,
    title: 'The Docker engine does not answer',
    severity: 'critical',
    dependsOn: FULL,
    ladder: { ...NO_ANSWER, rungs: [keep('restart_docker', 120)], doctor: true },
  },
  image_missing: {
    ...AROUND,
    title: 'The agents’ image is missing',
    severity: 'critical',
    dependsOn: ['docker_down', 'disk_full'],
    ladder: { ...NO_ANSWER, rungs: [keep('build_image', 120)], doctor: true },
  },
  platform_down: {
    ...AROUND,
    title: 'A chat platform is down',
    visibleAfterSeconds: 120,
    dependsOn: ['network_down'],
    ladder: { ...NO_ANSWER, patienceSeconds: 3600, outside: true },
  },
  network_down: {
    ...AROUND,
    title: 'There is no network',
    severity: 'critical',
    visibleAfterSeconds: 60,
    dependsOn: [],
    ladder: { ...NO_ANSWER, patienceSeconds: 900, outside: true },
  },
  copilot_down: {
    ...AROUND,
    title: 'copilot-api does not answer',
    severity: 'minor',
    dependsOn: ['network_down'],
    ladder: { ...NO_ANSWER, rungs: [keep('restart_copilot')], patienceSeconds: 3600 },
  },
  sign_in_expired: {
    ...AROUND,
    title: 'A sign-in has expired',
    severity: 'critical',
    dependsOn: ['network_down', 'sign_in_revoked', 'sign_in_needed'],
    ladder: { ...NO_ANSWER, rungs: [keep('refresh_sign_in')] },
  },
  sign_in_revoked: {
    ...AROUND,
    title: 'A sign-in was revoked: only a person can sign in again',
    severity: 'critical',
    dependsOn: [],
    ladder: NO_ANSWER,
  },
  credit_spent: {
    ...AROUND,
    title: 'The model’s credit is spent',
    severity: 'critical',
    dependsOn: [],
    ladder: NO_ANSWER,
  },
  sign_in_needed: {
    ...PART,
    title: 'A person has to sign in: answers cost prepaid credit, or end soon',
    severity: 'minor',
    // The same login a while later. While it is only needed, answers come: it hides nothing that keeps them away.
    dependsOn: ['sign_in_revoked'],
    ladder: NO_ANSWER,
  },
  side_sign_in_needed: {
    ...PART,
    title: 'The Threads token is dead: only a person can sign in again',
    severity: 'minor',
    dependsOn: [],
    ladder: NO_ANSWER,
  },
  disk_full: {
    ...AROUND,
    title: 'The disk is full',
    severity: 'critical',
    // One disk often holds several folders that are watched.
    dependsOn: FULL,
    ladder: { ...NO_ANSWER, rungs: [keep('free_disk')] },
  },
  disk_low: {
    ...AROUND,
    title: 'The disk is nearly full',
    severity: 'minor',
    dependsOn: ['disk_full', 'disk_low'],
    ladder: { ...NO_ANSWER, rungs: [keep('free_disk')], patienceSeconds: 3600, outside: true },
  },
  memory_leak: {
    ...AROUND,
    title: 'The orchestrator’s memory keeps growing',
    severity: 'minor',
    dependsOn: [],
    ladder: { ...NO_ANSWER, rungs: [RESTART], patienceSeconds: 3600 },
  },
  config_broken: {
    ...AROUND,
    title: 'The settings on disk would not load',
    severity: 'minor',
    dependsOn: ['bad_config'],
    // Somebody may be editing: the running service is fine, so the remedy puts nothing over an edit. It brings a lost
    // file back and closes an open one.
    ladder: { ...NO_ANSWER, rungs: [keep('restore_config')], patienceSeconds: 1800, outside: true },
  },
  packages_missing: {
    ...AROUND,
    title: 'Packages the orchestrator needs are gone',
    severity: 'minor',
    dependsOn: [],
    // The running process has them loaded: nothing is restarted for it, the next start would fail.
    ladder: { ...NO_ANSWER, doctor: true },
  },
  clock_wrong: {
    ...AROUND,
    title: 'The clock is wrong',
    severity: 'minor',
    visibleAfterSeconds: 300,
    dependsOn: [],
    ladder: { ...NO_ANSWER, patienceSeconds: 3600, outside: true },
  },
};

/** Whether these are about the orchestrator's own process: then the service's state is part of the incident. */
export function isAboutProcess(code: SignalCode): boolean {
  return PROCESS_CODES.has(code);
}

const PROCESS_CODES: ReadonlySet<SignalCode> = new Set([
  ...(['crash', 'hang', 'start_stuck', 'unreachable', 'not_ready', 'bad_config', 'port_in_use'] as const),
]);
