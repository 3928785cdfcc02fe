/** What remedies and sessions do to the simulated world, each with its own luck. */
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';
import type { Chance } from './chance.ts';
import { longTurn } from './faults.ts';
import type { Host } from './host.ts';
import { CONDITIONS, type Condition, type Truth } from './truth.ts';

/** Which condition a remedy may end, and how often it manages. */
const CURES: Partial<Record<RemedyName, { condition: Condition; luck: number }>> = {
  build_image: { condition: 'image_missing', luck: 0.3 },
  rebuild_image: { condition: 'runner_broken', luck: 0.5 },
  refresh_sign_in: { condition: 'sign_in_expired', luck: 0.6 },
  free_disk: { condition: 'disk_full', luck: 0.5 },
  restart_docker: { condition: 'docker_down', luck: 0.7 },
  restore_config: { condition: 'config_broken', luck: 0.5 },
  repair_database: { condition: 'database_bad', luck: 0.5 },
  restore_database: { condition: 'database_bad', luck: 0.7 },
  rollback_release: { condition: 'bad_release', luck: 0.7 },
  free_port: { condition: 'port_taken', luck: 0.4 },
  reconnect_channel: { condition: 'channel_down', luck: 0.6 },
};

export type RemedyRun = { takesMs: number; finish: () => RemedyOutcome };

export function planRemedy(name: RemedyName, host: Host): RemedyRun {
  const { truth, chance } = host;
  const takesMs = chance.between(200, 90_000);
  if (name === 'stop_agent') return { takesMs, finish: () => stopAgent(host) };
  const cure = CURES[name];
  const finish = (): RemedyOutcome => {
    if (cure === undefined || !truth.has(cure.condition)) return { kind: 'nothing_to_do', detail: name };
    if (chance.is(0.15)) return { kind: 'failed', detail: name };
    // One that claims success without any is part of the game.
    if (chance.is(cure.luck)) truth.end(cure.condition);
    return { kind: 'done', detail: name };
  };
  return { takesMs, finish };
}

/** The next attempt at the question works, and may take its time; or it is as stuck as the last. */
function stopAgent(host: Host): RemedyOutcome {
  const process = host.alive;
  if (!process?.illnesses.has('stuck_turn')) return { kind: 'nothing_to_do', detail: 'nobody stands still' };
  if (host.chance.is(0.6)) {
    process.illnesses.delete('stuck_turn');
    host.truth.remember('stuck_turn');
    longTurn(host);
  }
  return { kind: 'done', detail: 'the agent was stopped' };
}

export type SessionPlan = { takesMs: number; outcome: 'done' | 'failed' | 'unavailable'; heals: boolean };

export function planSession(chance: Chance): SessionPlan {
  const kind = chance.pick(['unavailable', 'unavailable', 'heals', 'heals', 'lies', 'fails'] as const);
  const takesMs = kind === 'unavailable' ? 50 : chance.between(20_000, 1_750_000);
  const outcome = kind === 'unavailable' ? 'unavailable' : kind === 'fails' ? 'failed' : 'done';
  return { takesMs, outcome, heals: kind === 'heals' };
}

/** To sign in takes a person. */
const ONLY_PEOPLE: ReadonlySet<Condition> = new Set(['sign_in_revoked', 'threads_dead']);

/** A session can mend what a person at the keyboard could, short of signing in. */
export function healBySession(truth: Truth): void {
  for (const condition of CONDITIONS) if (!ONLY_PEOPLE.has(condition)) truth.end(condition);
}
