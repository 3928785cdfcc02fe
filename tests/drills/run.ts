/** Plays one drill and writes down what came of it. Never rejects: a drill that breaks off has failed. */
import type { IncidentSummary, Tier } from '../../contracts/incident.ts';
import { isRoot, mayBeRoot } from './as-root.ts';
import { check, type Drill, type Expected, type Manager } from './drill.ts';
import { hasEngine } from './engine.ts';
import { lateness, limitsOf } from './limits.ts';
import { openScene } from './open-scene.ts';
import { brokenOff, type Report } from './outcome.ts';
import { mayLeadWays } from './outside.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

/**
 * @param manager what is at hand here: `systemd` in a machine that has nanoclaw installed (machines.ts)
 * @param open scenes that play now: whoever ends the program closes them
 */
export async function runDrill(
  drill: Drill,
  manager: Manager = 'child',
  open = new Set<Scene>(),
): Promise<Report> {
  const lack = lacking(drill);
  if (lack !== null) return brokenOff(drill, manager, lack, 'skipped');
  const began = performance.now();
  const end = (seen: Partial<Report>): Report => {
    return { ...brokenOff(drill, manager, ''), ...seen, seconds: (performance.now() - began) / 1000 };
  };
  let scene: Scene | null = null;
  let seen: Partial<Report> = {};
  try {
    scene = await openScene(drill.scene, manager, open);
    await drill.run(scene);
    await scene.askEverywhere();
    seen = { ...(await measure(scene)), limits: limitsOf(drill, scene.startSeconds) };
    await judge(scene, drill.expected);
    const late = lateness(end(seen));
    return end({ ...seen, verdict: late === null ? 'passed' : 'slow', why: late });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return end({ ...seen, why: [said, ...(scene ? await stories(scene) : [])].join('\n') });
  } finally {
    if (scene !== null && open.delete(scene)) await scene.close();
  }
}

/** What this machine lacks for the drill. */
function lacking({ needs }: Drill): string | null {
  if (needs === 'root' && !isRoot()) return 'it needs to be run by root';
  if (needs === 'sudo' && !mayBeRoot()) return 'it needs root, or sudo without a password';
  if (needs === 'docker' && !hasEngine()) return 'it needs a Docker engine with the agents’ image';
  if (needs === 'network' && !mayLeadWays()) return 'it needs root, ip and unshare';
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
  judgeCauses(incidents, expected);
  const tier = highestTier(incidents);
  check(tier === expected.tier, `healed by tier ${tier}, expected was ${expected.tier}`);
  const pages = pagesOf(incidents);
  check(pages === expected.pages, `${pages} pages, expected were ${expected.pages}`);
  await recordsAgree(scene, incidents);
}

function judgeCauses(incidents: readonly IncidentSummary[], { causes }: Expected): void {
  const wanted = causes.map((cause) => [cause].flat());
  const areWanted = incidents.every(({ cause }, index) => wanted[index]?.includes(cause));
  const found = incidents.map(({ cause }) => cause).join(', ') || 'none';
  const expected = wanted.map((some) => some.join(' or ')).join(', ') || 'none';
  check(areWanted && incidents.length === wanted.length, `incidents: ${found}; expected: ${expected}`);
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
