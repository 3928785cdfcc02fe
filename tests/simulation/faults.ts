/** Every kind of trouble a simulated day may bring. Each is one deed upon the world. */
import { EXIT } from '../../contracts/exit-codes.ts';
import type { Day } from './day.ts';
import type { Host } from './host.ts';
import type { Condition, Illness } from './truth.ts';

const MINUTE_MS = 60_000;

export type Fault = { name: string; strike: (day: Day) => void };

/** @param luck how often it ends by itself; otherwise somebody has to end it */
function condition(name: Condition, luck: number): Fault {
  return {
    name,
    strike: (day) => {
      const { host, chance } = day;
      host.truth.begin(name);
      if (chance.is(luck)) host.time.later(chance.between(1, 240) * MINUTE_MS, () => host.truth.end(name));
    },
  };
}

function illness(name: Illness): Fault {
  // Some pass by themselves before anybody acts, most do not.
  return {
    name,
    strike: ({ host, chance }) =>
      host.fallIll(name, chance.is(0.2) ? chance.between(500, 8000) : chance.between(1, 10) * 3_600_000),
  };
}

function crash(name: string, code: number | null, signal: string | null): Fault {
  return {
    name,
    strike: ({ host }) => {
      if (host.alive) host.exit(host.alive, code, signal);
    },
  };
}

/** The coming starts go like this, and the present process ends so that they come. */
function starts(
  name: string,
  times: number,
  plan: { takesMs: number; dies: boolean; isStuck: boolean },
): Fault {
  return {
    name,
    strike: (day) => {
      const { takesMs, dies, isStuck } = plan;
      for (let time = 0; time < times; time += 1) {
        const diesAfterMs = dies ? day.chance.between(50, 3000) : null;
        day.host.plans.push({ takesMs, diesAfterMs, isStuck });
      }
      if (day.host.alive) day.host.exit(day.host.alive, 1, null);
    },
  };
}

/**
 * Half an hour is lawful, however long the question has waited. At its limit the orchestrator ends it by its own clock,
 * which counts the time that the machine was suspended.
 */
export function longTurn(host: Host): void {
  const process = host.alive;
  if (!process) return;
  const attempt = { since: host.time.mono, limitMs: 30 * MINUTE_MS };
  process.attempt = attempt;
  const end = () => {
    if (process.attempt === attempt) process.attempt = null;
  };
  host.time.later(host.chance.between(5, 30) * MINUTE_MS, end);
  host.time.after(attempt.limitMs, () => !process.isFrozen && end());
}

export const FAULTS: readonly Fault[] = [
  crash('crash', null, 'SIGKILL'),
  crash('exits 0', 0, null),
  starts('slow honest start', 1, { takesMs: 4 * MINUTE_MS, dies: false, isStuck: false }),
  starts('stuck start', 1, { takesMs: 5000, dies: false, isStuck: true }),
  starts('crash at start ×10', 10, { takesMs: 5000, dies: true, isStuck: false }),
  ...(['hung', 'silent', 'sick', 'deaf', 'leaking', 'stuck_turn', 'undelivered'] as const).map(illness),
  {
    name: 'ignores SIGTERM and hangs',
    strike: ({ host }) => {
      if (host.alive) host.alive.ignoresTerm = true;
      host.fallIll('hung', 36_000_000);
    },
  },
  condition('disk_full', 0.4),
  condition('docker_down', 0.5),
  condition('image_missing', 0.2),
  condition('sign_in_expired', 0.3),
  condition('sign_in_revoked', 0),
  condition('threads_dead', 0),
  condition('channel_down', 0.5),
  condition('platform_down', 1),
  condition('model_down', 1),
  condition('runner_broken', 0.2),
  {
    name: 'config broken, then restarted',
    strike: (day) => {
      day.host.truth.begin('config_broken');
      day.host.time.later(5000, () => day.host.alive && day.host.exit(day.host.alive, 1, null));
    },
  },
  {
    name: 'port taken',
    strike: (day) => {
      condition('port_taken', 0.3).strike(day);
      if (day.host.alive) day.host.exit(day.host.alive, 1, null);
    },
  },
  {
    name: 'bad release',
    strike: (day) => {
      day.host.truth.begin('bad_release');
      if (day.host.alive) day.host.exit(day.host.alive, 1, null);
    },
  },
  {
    name: 'flapping',
    strike: ({ host, chance, person }) => {
      if (chance.is(0.5)) host.time.later(chance.between(20, 45) * MINUTE_MS, () => person.acknowledge());
      for (let time = 0; time < 8; time += 1) {
        host.time.later(
          time * chance.between(2, 8) * MINUTE_MS,
          () => host.alive && host.exit(host.alive, 1, null),
        );
      }
    },
  },
  {
    name: 'image lost again and again',
    strike: (day) => {
      const loseIt = () => {
        if (!day.isOver) day.host.truth.begin('image_missing');
      };
      for (let time = 0; time < 6; time += 1) {
        day.host.time.later(time * day.chance.between(15, 35) * MINUTE_MS, loseIt);
      }
    },
  },
  {
    name: 'database damaged',
    strike: (day) => {
      day.host.truth.begin('database_bad');
      if (day.host.alive) day.host.exit(day.host.alive, EXIT.database, null);
    },
  },
  {
    name: 'image missing, and the disk is found full while that is mended',
    strike: (day) => {
      condition('image_missing', 0).strike(day);
      const fill = () => (day.isOver ? undefined : condition('disk_full', 0.4).strike(day));
      day.host.time.later(day.chance.between(60_000, 120_000), fill);
    },
  },
  { name: 'a long turn', strike: ({ host }) => longTurn(host) },
  { name: 'suspended', strike: ({ host }) => host.time.suspend(10 * MINUTE_MS) },
  { name: 'clock a day ahead', strike: ({ host }) => host.time.jumpWall(86_400_000) },
  { name: 'clock a day back', strike: ({ host }) => host.time.jumpWall(-86_400_000) },
  { name: 'supervisor killed', strike: (day) => day.supervisor?.die() },
  {
    name: 'supervisor killed in an incident',
    strike: (day) => day.killInSteps(1 + Math.floor(day.chance.next() * 12)),
  },
  { name: 'supervisor killed over the end of an incident', strike: (day) => day.killAtNextEnd() },
  {
    name: 'both killed',
    strike: (day) => {
      if (day.host.alive) day.host.exit(day.host.alive, null, 'SIGKILL');
      day.supervisor?.die();
    },
  },
  { name: 'operator stops, starts later', strike: (day) => day.person.stopForAWhile() },
  {
    name: 'supervisor replaced while stopped on purpose',
    strike: (day) => {
      day.person.stopForAWhile();
      day.host.time.later(MINUTE_MS, () => day.supervisor?.die());
    },
  },
  {
    name: 'operator stops the supervisor, then the process',
    strike: (day) => {
      day.supervisor?.die();
      day.person.stopForAWhile();
    },
  },
  { name: 'operator pauses', strike: (day) => day.person.pause() },
  { name: 'operator restarts', strike: (day) => day.person.restart() },
  { name: 'operator edits .env', strike: (day) => day.person.editSettings() },
];
