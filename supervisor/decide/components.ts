/**
 * What the orchestrator says of its parts, as looks at signals. A component names its signal where it can; otherwise
 * its name and state tell. A part that is not mentioned, or is off, is well.
 */
import type { ComponentHealth, Standstill } from '../../contracts/health.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import type { HealthReport } from './event.ts';
import type { Policy } from './policy.ts';
import { isAboutProcess } from './signals.ts';
import { isSame, type Signal } from './state.ts';
import type { Look } from './watch.ts';

/** Every signal that was or is in question in this answer. */
export function looksOf(report: HealthReport, known: readonly Signal[], policy: Policy): Look[] {
  const bad = [...report.components.map(judge), unanswered(report, policy)].filter((look) => look !== null);
  const gone = known
    .filter((signal) => signal.bySelf && !bad.some((look) => isSame(look, signal)))
    .map(({ code, target, detail }) => ({ code, target, isBad: false, bySelf: true, detail }));
  return [...bad, ...gone];
}

/** Whether a failing required component is none of the known kinds: then the process as a whole is not ready. */
export function hasUnknownFault({ components }: HealthReport): boolean {
  const failing = components.filter((c) => c.required && (c.state === 'failed' || c.state === 'starting'));
  return failing.length === 0 || failing.some((component) => judge(component) === null);
}

function judge(component: ComponentHealth): Look | null {
  const { name, state, reason, signal } = component;
  if (state === 'ok' || state === 'off' || state === 'starting') return null;
  const code = signal ?? guess(name, state);
  if (code === null || isAboutProcess(code)) return null;
  return { code, target: targetOf(name, code), isBad: true, bySelf: true, detail: reason };
}

function guess(name: string, state: 'degraded' | 'failed'): SignalCode | null {
  const part = name.split(':')[0] ?? name;
  if (part === 'channel') return state === 'failed' ? 'channel_down' : 'channel_degraded';
  return state === 'failed' ? (FAILED_PARTS[part] ?? null) : null;
}

const FAILED_PARTS: Readonly<Record<string, SignalCode>> = {
  store: 'store_broken',
  sandbox: 'sandbox_down',
  model: 'sign_in_expired',
};

/** `channel:slack`, `delivery:slack` → `slack`; `threads` → `threads`. Signals of which there is one have no target. */
function targetOf(name: string, code: SignalCode): string | null {
  if (code === 'side_sign_in_needed') return name;
  const [part, target] = name.split(':');
  return part === 'channel' || part === 'delivery' ? (target ?? null) : null;
}

/** A process that lives and answers, and yet nobody gets an answer: the one signal that sums up all others. */
function unanswered({ standstill }: HealthReport, policy: Policy): Look | null {
  const detail = standstill && whatStandsStill(standstill, policy);
  return detail ? { code: 'unanswered', target: null, isBad: true, bySelf: true, detail } : null;
}

function whatStandsStill({ folder, idleMs, attempt }: Standstill, policy: Policy): string | null {
  const { idleSeconds, busySeconds } = policy.unanswered;
  if (idleMs !== null && idleMs >= idleSeconds * 1000) {
    return `a question in ${folder} has waited ${minutes(idleMs)} min and nothing is done about it`;
  }
  if (attempt === null) return null;
  // An agent is ended at its limit by the orchestrator itself, which may take a moment.
  const limitMs = busySeconds === null ? attempt.limitMs + idleSeconds * 1000 : busySeconds * 1000;
  if (attempt.ageMs < limitMs) return null;
  return `an agent has worked on one question for ${minutes(attempt.ageMs)} min, longer than it may`;
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
