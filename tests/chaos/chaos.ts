/**
 * One chaos run: many groups on both platforms, people who keep writing, platforms that misbehave and are gone for a
 * while, agents that die, and one restart in the middle. The platforms' own records are the judge.
 *
 * All decisions come from the seed. What the service and its clients do about them takes place in real time, so two
 * runs of a seed meet the same troubles and need not be the same to the millisecond.
 *
 * On a fast clock go: the service's waits, retries and limits; the agents; the platforms' pauses, outages, timestamps
 * and rate limits; the people. In real time go: sockets, the pings and reconnects of Bolt and discord.js, the pause
 * that discord.js itself keeps after a 429, deadlines of single requests, the database.
 */
import { judge, openQuestions, saidOn } from '../quiz/judge.ts';
import { answersIn } from '../quiz/words.ts';
import { Chance } from '../simulation/chance.ts';
import { InProcessAgents } from './agents.ts';
import { Crowd } from './crowd.ts';
import { FastClock } from './fast-clock.ts';
import { heldUntil } from './memory.ts';
import { Fate } from './mind.ts';
import { countLeftovers, countUnsent } from './own-record.ts';
import { describeRun, type Found, isSpotless, keepForLater } from './report.ts';
import { Town } from './town.ts';
import { planWeather, type Span } from './weather.ts';

export type Size = {
  groups: number;
  /** How often somebody writes, edits or deletes something. */
  acts: number;
  /** How long people write, and when what happens, minutes on the fast clock. */
  minutes: number;
  outages: Record<'slack' | 'discord', Span>;
  restartAt: number;
};

export type Report = Found & { line: string; home: string };

/** Seconds of the run in one real second. Much more, and a busy machine looks like a dead platform. */
const RATE = 20;
const MINUTE_MS = 60_000;
/** After the last message: until everything is answered, seconds of real time. */
const SETTLE_SECONDS = 300;
/** After the last answer: time for one that should not come, on the fast clock, milliseconds. */
const AFTERMATH_MS = 2 * MINUTE_MS;
const GOSSIP_EVERY_MS = 5000;

export async function runChaos(seed: number, size: Size): Promise<Report> {
  const began = performance.now();
  const run = await prepare(seed, size);
  let isClean = false;
  try {
    await run.town.open();
    const found = await live(run, size, began);
    isClean = isSpotless(found);
    if (!isClean) keepForLater(run);
    return { ...found, home: run.town.paths.home, line: describeRun(run, seed, size, found) };
  } finally {
    await run.town.leave(!isClean);
  }
}

async function live(run: Run, size: Size, began: number): Promise<Found> {
  const { town, crowd } = run;
  const held = await play(run, size);
  const settleSeconds = await settle(run);
  const leftovers = countLeftovers(town.paths.database);
  const heldMiB: Found['heldMiB'] = [held, await heldUntil(() => town.close())];
  const verdict = judge(crowd.asked, saidOn(town));
  return { verdict, leftovers, heldMiB, settleSeconds, seconds: (performance.now() - began) / 1000 };
}

export type Run = Awaited<ReturnType<typeof prepare>>;

async function prepare(seed: number, size: Size) {
  const clock = new FastClock(RATE);
  const fates = new Map<string, Fate>();
  const fateOf = (group: string) => {
    const number = Number(/\d+/.exec(group)?.[0] ?? size.groups);
    const fate = fates.get(group) ?? new Fate(new Chance(seed * 1000 + number));
    fates.set(group, fate);
    return fate;
  };
  const agents = new InProcessAgents(clock, fateOf);
  const town = await Town.build(size.groups, agents, clock);
  const weather = planWeather(new Chance(seed * 10), size.minutes * MINUTE_MS, size.outages);
  const isMixedUp = (platform: 'slack' | 'discord', at: number) =>
    weather.mixUps[platform].some(({ from, to }) => at >= from && at <= to);
  const crowd = new Crowd(town, new Chance(seed * 10 + 1), isMixedUp);
  return { clock, fates, agents, town, weather, crowd, rhythm: new Chance(seed * 10 + 2) };
}

/** Everything in its time. @returns MiB that the service held when it was restarted */
async function play({ clock, town, weather, crowd, rhythm }: Run, size: Size): Promise<number> {
  let held = 0;
  const restart = async () => {
    held = await heldUntil(() => town.close());
    await town.open();
  };
  const events = [
    ...actTimes(rhythm, size).map((at) => ({ at, run: () => crowd.act(at) })),
    ...weather.troubles.map(({ at, platform, fault }) => ({
      at,
      run: () => void town[platform].misbehave(fault),
    })),
    { at: size.restartAt * MINUTE_MS, run: restart },
  ].sort((a, b) => a.at - b.at);
  const began = clock.monotonic();
  const pending: unknown[] = [];
  for (const { at, run } of events) {
    await clock.until(began + at);
    pending.push(run());
  }
  await Promise.all(pending);
  return held;
}

/** People write now and then, and sometimes many at once. */
function actTimes(rhythm: Chance, { acts, minutes }: Size): number[] {
  const times: number[] = [];
  while (times.length < acts) {
    const at = rhythm.between(0, minutes * MINUTE_MS);
    const together = rhythm.is(0.02) ? 20 : 1;
    for (let one = 0; one < together && times.length < acts; one += 1) times.push(at);
  }
  return times;
}

/**
 * Good weather, until all is answered and sent, and a while longer. Strangers go on talking: quiet would look deaf.
 * @returns seconds until then
 */
async function settle({ clock, town, crowd }: Run): Promise<number> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  await Promise.all([town.slack, town.discord].map((platform) => platform.misbehave({ kind: 'none' })));
  const gossip = async () => {
    crowd.gossip();
    await clock.until(clock.monotonic() + GOSSIP_EVERY_MS);
  };
  const isDone = () => {
    const answered = new Set(saidOn(town).flatMap(({ text }) => answersIn(text)));
    return openQuestions(crowd.asked, answered).length === 0 && countUnsent(town.paths.database) === 0;
  };
  while (!isDone() && seconds() < SETTLE_SECONDS) await gossip();
  const settled = seconds();
  for (let passed = 0; passed < AFTERMATH_MS; passed += GOSSIP_EVERY_MS) await gossip();
  return settled;
}
