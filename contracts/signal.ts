/**
 * What can be wrong, as a closed list. A signal is one observable condition; an incident's cause is the signal at its
 * root. `supervisor/decide/signals.ts` says of each how it is seen, what hides it and what is done about it.
 */
import * as z from 'zod';

export const signalCodeSchema = z.enum([
  // The orchestrator's process.
  'crash',
  'hang',
  'start_stuck',
  'unreachable',
  'not_ready',
  'bad_config',
  'store_unusable',
  'port_in_use',
  // What it works with, by its own word.
  'unanswered',
  'store_broken',
  'sandbox_down',
  'runner_broken',
  'channel_down',
  'channel_deaf',
  'channel_degraded',
  'channel_refused',
  'delivery_stuck',
  'model_down',
  // What lies around it.
  'docker_down',
  'image_missing',
  'platform_down',
  'network_down',
  'copilot_down',
  'sign_in_expired',
  'sign_in_revoked',
  'credit_spent',
  'sign_in_needed',
  'side_sign_in_needed',
  'disk_full',
  'disk_low',
  'memory_leak',
  'config_broken',
  'packages_missing',
  'clock_wrong',
]);
export type SignalCode = z.infer<typeof signalCodeSchema>;

/** `critical`: nobody gets answers. `major`: some do not. `minor`: everybody does, but not for long. */
export const severitySchema = z.enum(['critical', 'major', 'minor']);
export type Severity = z.infer<typeof severitySchema>;

/** A signal that is being watched, as `/api/status` shows it. */
export type SignalSummary = {
  code: SignalCode;
  /** What it is about (channel, credential, group), null where there is only one. */
  target: string | null;
  title: string;
  severity: Severity;
  /** `rising`: seen, and not yet long enough to count. `clearing`: good again, and not yet for long. */
  level: 'rising' | 'visible' | 'clearing';
  /** Wall clock, milliseconds since the epoch. */
  since: number;
  detail: string;
};
