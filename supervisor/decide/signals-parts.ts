/** Signals about what the orchestrator works with, by its own word. */
import {
  CHANNEL,
  FULL,
  keep,
  NO_AGENTS,
  NO_ANSWER,
  NO_MODEL,
  NO_SANDBOX,
  OUTAGES,
  PART,
  RESTART,
  SICK,
  STOP_AGENT,
} from './ladders.ts';
import type { SignalRow } from './signal-row.ts';

export const PART_SIGNALS = {
  unanswered: {
    ...PART,
    title: 'A message has not been answered for long',
    severity: 'critical',
    // No channel is among them: a reply that is written is an answer, whether or not it could be sent yet.
    dependsOn: [...NO_AGENTS, ...NO_MODEL, 'network_down', 'store_broken', 'disk_full'],
    ladder: { ...NO_ANSWER, rungs: [STOP_AGENT, RESTART], doctor: true },
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
  runner_broken: {
    ...PART,
    title: 'The agents’ program is damaged',
    severity: 'critical',
    dependsOn: [...NO_SANDBOX, 'disk_full'],
    // Seen to be mended by the next agent only: one is started ahead within five minutes.
    ladder: { ...NO_ANSWER, rungs: [keep('rebuild_image', 420)], doctor: true },
  },
  platform_down: {
    ...CHANNEL,
    title: 'A chat platform is down',
    // Every client connects anew by itself, and does so within seconds where there is somebody to connect to.
    visibleAfterSeconds: 120,
    dependsOn: ['network_down'],
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel')], patienceSeconds: 3600, outside: true },
  },
  channel_down: {
    ...CHANNEL,
    title: 'A channel is not connected',
    visibleAfterSeconds: 60,
    dependsOn: OUTAGES,
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel')], patienceSeconds: 300, outside: true },
  },
  channel_deaf: {
    ...CHANNEL,
    title: 'A channel is connected and hears nothing',
    // It has connected anew by itself by then, and that did not help.
    visibleAfterSeconds: 60,
    dependsOn: [...OUTAGES, 'channel_down'],
    ladder: { ...NO_ANSWER, rungs: [RESTART], doctor: true },
  },
  channel_degraded: {
    ...CHANNEL,
    title: 'A channel works with less',
    severity: 'minor',
    // The library's own reconnect is given its time; a missing permission is no emergency.
    visibleAfterSeconds: 600,
    dependsOn: [...OUTAGES, 'channel_down', 'channel_deaf'],
    ladder: { ...NO_ANSWER, rungs: [keep('reconnect_channel')], patienceSeconds: 86_400, outside: true },
  },
  channel_refused: {
    ...CHANNEL,
    title: 'A platform refuses the token',
    dependsOn: OUTAGES,
    ladder: NO_ANSWER,
  },
  delivery_stuck: {
    ...CHANNEL,
    title: 'Replies are not delivered',
    severity: 'critical',
    visibleAfterSeconds: 60,
    // No outage is among them: what waits for a platform is not stuck.
    dependsOn: ['store_broken', 'disk_full'],
    ladder: { ...NO_ANSWER, rungs: [RESTART], doctor: true },
  },
  model_down: {
    ...PART,
    title: 'The model does not answer',
    severity: 'critical',
    visibleAfterSeconds: 300,
    dependsOn: ['network_down', 'sign_in_expired', 'sign_in_revoked', 'credit_spent'],
    ladder: { ...NO_ANSWER, patienceSeconds: 900, outside: true },
  },
} satisfies Record<string, SignalRow>;
