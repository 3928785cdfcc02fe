/** What happens to a healthy service, and must lead to nothing. */
import { type Fault, longTurn } from './faults.ts';

const MINUTE_MS = 60_000;

export const NUISANCES: readonly Fault[] = [
  {
    name: 'restart by hand, slow honest start',
    strike: (day) => {
      day.host.plans.push({ takesMs: 4 * MINUTE_MS, diesAfterMs: null, isStuck: false });
      day.person.restart();
    },
  },
  {
    name: 'restart by hand, a start that holds up its own loop',
    strike: (day) => {
      day.host.plans.push({ takesMs: 50_000, diesAfterMs: null, isStuck: false, heldUpMs: 45_000 });
      day.person.restart();
    },
  },
  // Load: shorter than the limits, and it passes.
  { name: 'held up for a moment', strike: ({ host }) => host.fallIll('hung', 1500) },
  { name: 'two health checks missed', strike: ({ host }) => host.fallIll('silent', 4000) },
  { name: 'one health check fails', strike: ({ host }) => host.fallIll('sick', 300) },
  { name: 'deaf for a moment', strike: ({ host }) => host.fallIll('deaf', 900) },
  { name: 'a long turn', strike: ({ host }) => longTurn(host) },
  { name: 'suspended', strike: ({ host }) => host.time.suspend(10 * MINUTE_MS) },
  { name: 'clock a day ahead', strike: ({ host }) => host.time.jumpWall(86_400_000) },
  { name: 'clock a day back', strike: ({ host }) => host.time.jumpWall(-86_400_000) },
  { name: 'supervisor replaced', strike: (day) => day.supervisor?.die() },
  { name: 'paused', strike: (day) => day.person.pause() },
  { name: 'stopped for a while', strike: (day) => day.person.stopForAWhile() },
  {
    name: 'supervisor stopped, then the process',
    strike: (day) => {
      day.supervisor?.die();
      day.person.stopForAWhile();
    },
  },
  { name: 'settings edited', strike: ({ host }) => host.tell({ kind: 'env_changed' }) },
];
