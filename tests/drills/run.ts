/** Plays one drill and writes down what came of it. Never rejects: a drill that breaks off has failed. */
import type { IncidentSummary, Tier } from '../../contracts/incident.ts';
import { mayBeRoot } from './as-root.ts';
import { check, type Drill, type Expected, type Manager } from './drill.ts';
import { hasEngine } from './engine.ts';
import { type Limits, lateness, limitsOf } from './limits.ts';
import { openScene } from './open-scene.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

export type Report = {
  name: string;
  manager: Manager;
  rows: readonly number[];
  tier: Tier | null;
  /** Seconds from the fault to its first being seen, and to the look with which its last incident was over. */
  detectedAfter: number | null;
  healedAfter: number | null;
  /** What these may be on a machine that has nothing else to do. */
  limits: Limits;
  lost: number;
  answeredTwice: number;
  pages: number;
  /** `slow`: all is as it must be, but a limit was missed. */
  verdict: 'passed' | 'slow' | 'failed' | 'skipped';
  /** Why not passed; null when it did. */
  why: string | null;
  seconds: number;
};

const NOTHING_SEEN = {
  ...{ tier: null, detectedAfter: null, healedAfter: null },
  limits: { detectedAfter: null, healedAfter: null },
  ...{ lost: 0, answeredTwice: 0, pages: 0 },
};

/**
 * @param manager what is at hand here: `systemd` in a machine that has nanoclaw installed (machines.ts)
 * @param open scenes that play now: whoever ends the program closes them
 */
export async function runDrill(
  drill: Drill,
  manager: Manager = 'child',
  open = new Set<Scene>(),
): Promise<Report> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const lack = lacking(drill);
  if (lack !== null) return brokenOff(drill, manager, lack, 'skipped');
  let scene: Scene | null = null;
  let seen: Partial<Report> = {};
  try {
    scene = await openScene(drill.scene, manager, open);
    await drill.run(scene);
    await scene.askEverywhere();
    seen = { ...(await measure(scene)), limits: limitsOf(drill, scene.startSeconds) };
    await judge(scene, drill.expected);
    const report = { ...brokenOff(drill, manager, ''), ...seen, seconds: seconds() };
    const late = lateness(report);
    return { ...report, verdict: late === null ? 'passed' : 'slow', why: late };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const why = [said, ...(scene ? await stories(scene) : [])].join('\n');
    return { ...brokenOff(drill, manager, why), ...seen, seconds: seconds() };
  } finally {
    if (scene !== null && open.delete(scene)) await scene.close();
  }
}

/** The report of a drill that came to no end of its own. */
export function brokenOff(
  { name, rows }: Drill,
  manager: Manager,
  why: string,
  verdict: 'failed' | 'skipped' = 'failed',
): Report {
  return { name, manager, rows, ...NOTHING_SEEN, verdict, why, seconds: 0 };
}

/** What this machine lacks for the drill. */
function lacking({ needs }: Drill): string | null {
  if (needs === 'root' && !mayBeRoot()) return 'it needs root';
  if (needs === 'docker' && !hasEngine()) return 'it needs a Docker engine with the agents’ image';
  return null;
}

async function measure(scene: Scene): Promise<Partial<Report>> {
  const incidents = await scene.installation.incidents();
  const { lost, twice } = scene.quiz.judge();
  const start = scene.injectedAt;
  const since = (times: number[], pick: (...values: number[]) => number) =>
    start === null || times.length === 0 ? null : Math.max(0, (pick(...times) - start) / 1000);
  return {
    tier: highestTier(incidents),
    detectedAfter: since(
      incidents.map(({ seenAt }) => seenAt),
      Math.min,
    ),
    healedAfter: since(
      incidents.flatMap(({ faultAt, mttr }) => (mttr === null ? [] : [faultAt + mttr * 1000])),
      Math.max,
    ),
    lost: lost.length,
    answeredTwice: twice.length,
    pages: pagesOf(incidents),
  };
}

async function judge(scene: Scene, expected: Expected): Promise<void> {
  const { lost, twice, misplaced, disordered } = scene.quiz.judge();
  check(lost.length === 0, `not answered: questions ${lost.join(', ')}`);
  check(twice.length === 0, `answered twice: questions ${twice.join(', ')}`);
  check(misplaced.length === 0, `answered in another chat: questions ${misplaced.join(', ')}`);
  check(disordered === 0 || expected.anyOrder === true, `${disordered} answers out of order`);
  const incidents = [...(await scene.installation.incidents())].reverse();
  const causes = incidents.map(({ cause }) => cause).join(', ');
  check(
    causes === expected.causes.join(', '),
    `incidents: ${causes || 'none'}; expected: ${expected.causes}`,
  );
  const tier = highestTier(incidents);
  check(tier === expected.tier, `healed by tier ${tier}, expected was ${expected.tier}`);
  const pages = pagesOf(incidents);
  check(pages === expected.pages, `${pages} pages, expected were ${expected.pages}`);
  await recordsAgree(scene, incidents);
}

/** One incident, one record that says how it ended. */
async function recordsAgree(scene: Scene, incidents: readonly IncidentSummary[]): Promise<void> {
  const closed = incidents.filter(({ state }) => state === 'closed').length;
  const records = () => (incidents.length === 0 ? [] : scene.installation.metrics('recovery'));
  await scene.until(() => records().length >= closed, `${closed} incidents and fewer records`);
  check(records().length === closed, `${closed} incidents, ${records().length} records of recovery`);
}

/** What happened, for whoever looks into a failed drill. */
async function stories({ installation }: Scene): Promise<string[]> {
  const incidents = [...(await installation.incidents())].reverse();
  return incidents.flatMap(({ id, faultAt }) => [
    id,
    ...installation.incident(id).events.map(({ at, type, ...facts }) => {
      return `  ${((at - faultAt) / 1000).toFixed(2)} ${type} ${JSON.stringify(facts)}`;
    }),
  ]);
}

function highestTier(incidents: readonly IncidentSummary[]): Tier | null {
  return incidents.reduce<Tier | null>((most, { tier }) => ((most ?? 0) >= (tier ?? 0) ? most : tier), null);
}

function pagesOf(incidents: readonly IncidentSummary[]): number {
  return incidents.reduce((sum, { pages }) => sum + pages, 0);
}

/** The longest a drill may take as a whole, milliseconds: some wait more than once. */
export const DRILL_LIMIT_MS = 2 * PATIENCE_SECONDS * 1000;
