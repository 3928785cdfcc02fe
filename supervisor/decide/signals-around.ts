/** Signals about what lies around the orchestrator. */
import { AROUND, FULL, keep, NO_ANSWER, PART, RESTART } from './ladders.ts';
import type { SignalRow } from './signal-row.ts';

export const AROUND_SIGNALS = {
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
    dependsOn: ['network_down', 'sign_in_revoked'],
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
    title: 'The sign-in needs a person: the model answers on with what is left',
    severity: 'minor',
    dependsOn: ['sign_in_expired', 'sign_in_revoked', 'credit_spent'],
    ladder: NO_ANSWER,
  },
  side_sign_in_needed: {
    ...PART,
    title: 'A sign-in beside the model’s needs a person',
    severity: 'minor',
    // One refusal may be the platform's own slip.
    visibleAfterSeconds: 60,
    dependsOn: ['network_down'],
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
} satisfies Record<string, SignalRow>;
