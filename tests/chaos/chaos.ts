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
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { judge, openQuestions, saidOn, type Verdict } from '../quiz/judge.ts';
import { answersIn } from '../quiz/words.ts';
import { Chance } from '../simulation/chance.ts';
import { InProcessAgents } from './agents.ts';
import { Crowd } from './crowd.ts';
import { FastClock } from './fast-clock.ts';
import { heldUntil } from './memory.ts';
import { Fate } from './mind.ts';
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

export type Report = {
  verdict: Verdict;
  /** Rows that tell of something that must not be, by the service's own record. */
  leftovers: Record<string, number>;
  /** MiB that the service held when it was restarted, and at the end. */
  heldMiB: [number, number];
  line: string;
  home: string;
};

/** Seconds of the run in one real second. Much more, and a busy machine looks like a dead platform. */
const RATE = 20;
const MINUTE_MS = 60_000;
/** After the last message: until everything is answered, seconds of real time. */
const SETTLE_SECONDS = 120;
/** After the last answer: time for one that should not come, on the fast clock, milliseconds. */
const AFTERMATH_MS = 2 * MINUTE_MS;

export async function runChaos(seed: number, size: Size): Promise<Report> {
  const began = performance.now();
  const run = await prepare(seed, size);
  const { town, crowd, weather } = run;
  let isClean = false;
  try {
    await town.open();
    const held = await play(run, size);
    await settle(run);
    const leftovers = countLeftovers(town);
    const heldMiB: Report['heldMiB'] = [held, await heldUntil(() => town.close())];
    const verdict = judge(crowd.asked, saidOn(town));
    isClean = isSpotless(verdict, leftovers);
    if (!isClean) keepForLater(run);
    const seconds = Math.round((performance.now() - began) / 1000);
    const about = { seed, size, heldMiB, seconds, troubles: weather.troubles.length };
    return {
      ...{ verdict, leftovers, heldMiB, home: town.paths.home },
      line: describe(run, verdict, about),
    };
  } finally {
    await town.leave(!isClean);
  }
}

type Run = Awaited<ReturnType<typeof prepare>>;

async function prepare(seed: number, size: Size) {
  const clock = new FastClock(RATE);
  const fates = new Map<string, Fate>();
  const fateOf = (group: string) => {
    const known = fates.get(group) ?? new Fate(new Chance(seed * 1000 + fates.size));
    fates.set(group, known);
    return known;
  };
  const agents = new InProcessAgents(clock, fateOf);
  const town = await Town.build(size.groups, agents, clock);
  const weather = planWeather(new Chance(seed), size.minutes * MINUTE_MS, size.outages);
  const isMixedUp = (platform: 'slack' | 'discord', at: number) =>
    weather.mixUps[platform].some(({ from, to }) => at >= from && at <= to);
  const crowd = new Crowd(town, new Chance(seed + 1), isMixedUp);
  return { clock, fates, agents, town, weather, crowd, rhythm: new Chance(seed + 2) };
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

/** Good weather, until all is answered and sent, and a while longer. Strangers go on talking: quiet would look deaf. */
async function settle({ clock, town, crowd }: Run): Promise<void> {
  await Promise.all([town.slack, town.discord].map((platform) => platform.misbehave({ kind: 'none' })));
  const isDone = () => {
    const answered = new Set(saidOn(town).flatMap(({ text }) => answersIn(text)));
    return openQuestions(crowd.asked, answered).length === 0 && countOpen(town) === 0;
  };
  const deadline = performance.now() + SETTLE_SECONDS * 1000;
  while (!isDone() && performance.now() < deadline) {
    crowd.gossip();
    await clock.until(clock.monotonic() + 5000);
  }
  for (let passed = 0; passed < AFTERMATH_MS; passed += 5000) {
    crowd.gossip();
    await clock.until(clock.monotonic() + 5000);
  }
}

function countOpen({ paths }: Pick<Town, 'paths'>): number {
  return count(paths.database, "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'undeliverable')");
}

function countLeftovers({ paths }: Pick<Town, 'paths'>): Record<string, number> {
  const rows = (sql: string) => count(paths.database, `SELECT count(*) FROM ${sql}`);
  return {
    unsent: countOpen({ paths }),
    running: rows("turns WHERE state = 'running'"),
    failed: rows("turns WHERE state = 'failed'"),
  };
}

function count(database: string, sql: string): number {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], number>(sql).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

/** What a person needs to find out what went wrong, beside the home. */
function keepForLater({ town, crowd, weather }: Run): void {
  const record = { asked: crowd.asked, said: saidOn(town), troubles: weather.troubles };
  writeFileSync(join(town.paths.home, 'chaos.json'), JSON.stringify(record, null, 1));
}

export function isSpotless({ lost, twice, misplaced, disordered }: Verdict, leftovers: object): boolean {
  const found = [lost.length, twice.length, misplaced.length, disordered, ...Object.values(leftovers)];
  return found.every((number) => number === 0);
}

type About = { seed: number; size: Size; heldMiB: readonly number[]; seconds: number; troubles: number };

function describe({ town, crowd, fates, agents }: Run, verdict: Verdict, about: About): string {
  const { lost, twice, misplaced, disordered, asked } = verdict;
  const { messages, edits, deletions } = crowd.counts;
  const sum = (of: 'deaths' | 'failures') => [...fates.values()].reduce((total, fate) => total + fate[of], 0);
  const unordered = crowd.asked.filter(({ isUnordered }) => isUnordered).length;
  const minutes = ({ from, to }: Span) => (to - from) / MINUTE_MS;
  return [
    `chaos, seed ${about.seed}: ${messages} messages, ${edits} edits, ${deletions} deletions`,
    `${asked} questions (${unordered} without a place in the order)`,
    `${town.places.length} chats of ${about.size.groups} groups in ${about.size.minutes} minutes`,
    `${about.troubles} troubles, outages of ${Object.values(about.size.outages).map(minutes).join(' and ')} minutes, 1 restart`,
    `${agents.started} agents, ${sum('deaths')} died, ${sum('failures')} failed`,
    `lost ${lost.length}, twice ${twice.length}, misplaced ${misplaced.length}, out of order ${disordered}`,
    `held ${about.heldMiB.map((mib) => mib.toFixed(1)).join(' and ')} MiB`,
    `${about.seconds} s`,
  ].join('; ');
}
