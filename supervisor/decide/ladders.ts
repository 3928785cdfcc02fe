/** What the rows of the signal catalogue are made of: rungs, whole ladders, and what groups of signals have in common. */
import type { SignalCode } from '../../contracts/signal.ts';
import type { Ladder, Rung, RungName } from './signal-row.ts';

const rung = (name: RungName, service: Rung['service'], verifySeconds: number): Rung => {
  return { name, service, verifySeconds, badLooks: null };
};
export const keep = (name: RungName, verifySeconds = 60): Rung => rung(name, 'keep', verifySeconds);
export const stop = (name: RungName, verifySeconds = 120): Rung => rung(name, 'stop', verifySeconds);
export const RESTART = keep('restart', 120);
/** It answers when the agent is gone, and nothing but this turn is in question: its end shows in the next look. */
export const STOP_AGENT: Rung = { ...keep('stop_agent', 120), badLooks: 3 };

/** Broken data and a bad release look like any crash; each of these looks first and leaves what is sound alone. */
export const REPAIRS = [stop('repair_database'), stop('restore_database'), stop('rollback_release')];

export const NO_ANSWER: Ladder = {
  watchdog: 0,
  rungs: [],
  doctor: false,
  patienceSeconds: 0,
  mayRun: true,
  outside: false,
};
export const DIED: Ladder = {
  ...NO_ANSWER,
  watchdog: 'budget',
  rungs: [...REPAIRS, RESTART],
  doctor: true,
  mayRun: false,
};
export const SICK: Ladder = { ...NO_ANSWER, rungs: [RESTART, ...REPAIRS], doctor: true };

/** The process itself: hysteresis is in the service's states, so one look makes these. */
export const PROCESS = {
  severity: 'critical',
  perChannel: false,
  visibleAfterSeconds: 0,
  rise: 1,
  fall: 1,
} as const;
/** Asked every few seconds: three in a row, as for the health of the process. */
export const PART = {
  severity: 'major',
  seenBy: 'readyz',
  perChannel: false,
  visibleAfterSeconds: 0,
  rise: 3,
  fall: 2,
} as const;
export const CHANNEL = { ...PART, perChannel: true } as const;
/** A probe with a pace of its own: two looks exclude a slip. */
export const AROUND = {
  severity: 'major',
  seenBy: 'probe',
  perChannel: false,
  visibleAfterSeconds: 0,
  rise: 2,
  fall: 2,
} as const;

export const FULL = ['disk_full'] as const;
/** Why a process may die again and again for no fault of its own. */
export const LACKS = ['disk_full', 'packages_missing'] as const;
export const OUTAGES = ['network_down', 'platform_down'] as const;
export const NO_SANDBOX = ['docker_down', 'image_missing', 'sandbox_down'] as const;
export const NO_AGENTS = [...NO_SANDBOX, 'runner_broken'] as const;
export const NO_MODEL = [
  'sign_in_expired',
  'sign_in_revoked',
  'credit_spent',
  'model_down',
] as readonly SignalCode[];
