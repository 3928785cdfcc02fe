/** How a state is coloured and which sign stands beside it. Colour alone never tells anything. */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Outcome } from '../../contracts/incident.ts';
import type { ServiceState } from '../../contracts/status.ts';

export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'off';
export type Sign = 'check' | 'turn' | 'alert' | 'cross' | 'person' | 'stop' | 'pause' | 'question' | 'dot';
export type Look = { tone: Tone; sign: Sign };

export const stateLooks: Record<ServiceState, Look> = {
  starting: { tone: 'busy', sign: 'turn' },
  up: { tone: 'ok', sign: 'check' },
  unhealthy: { tone: 'warn', sign: 'alert' },
  down: { tone: 'bad', sign: 'cross' },
  draining: { tone: 'busy', sign: 'turn' },
  stopped: { tone: 'off', sign: 'stop' },
  paused: { tone: 'off', sign: 'pause' },
  held: { tone: 'bad', sign: 'person' },
};

export const componentLooks: Record<ComponentHealth['state'], Look> = {
  ok: { tone: 'ok', sign: 'check' },
  starting: { tone: 'busy', sign: 'turn' },
  degraded: { tone: 'warn', sign: 'alert' },
  failed: { tone: 'bad', sign: 'cross' },
  off: { tone: 'off', sign: 'dot' },
};

export const outcomeLooks: Record<Outcome, Look> = {
  success: { tone: 'ok', sign: 'check' },
  self_healed: { tone: 'ok', sign: 'check' },
  failed: { tone: 'warn', sign: 'person' },
};

export const openLook: Look = { tone: 'bad', sign: 'alert' };
export const connectingLook: Look = { tone: 'busy', sign: 'turn' };
export const lostLook: Look = { tone: 'warn', sign: 'question' };
