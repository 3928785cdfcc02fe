/** The course of a soak: who asks, what breaks and dies, and what is told of it. Times are real. */
import { setTimeout as pause } from 'node:timers/promises';
import { mixesUp, troubleFor } from '../chaos/weather.ts';
import type { Arena } from '../e2e/quiz/arena.ts';
import type { Chance } from '../simulation/chance.ts';
import { Killer } from './killer.ts';
import { countIncidents, countPages, lookAt } from './look.ts';

export type SoakOptions = {
  lengthMs: number;
  chance: Chance;
  /** Nothing breaks and nothing dies: then nothing may be restarted, and nobody be called. */
  isHealthy: boolean;
  print(line: string): void;
};

/** Something that happens again and again, after a pause of between half of this and one and a half times as long. */
type Habit = { everyMs: number; act(): unknown };

const ASK_EVERY_MS = 4000;
const TROUBLE_EVERY_MS = 30_000;
/** Slower than what the supervisor allows before it asks a person: five restarts in five minutes. */
const KILL_EVERY_MS = 100_000;
const OUTAGE_EVERY_MS = 15 * 60_000;
const OUTAGE_MS = 2 * 60_000;
const TELL_EVERY_MS = 60_000;
/** For the last answers, when everything works again, seconds. */
const SETTLE_SECONDS = 300;

export async function soak(arena: Arena, options: SoakOptions): Promise<{ isSpotless: boolean }> {
  const { lengthMs, chance, isHealthy, print } = options;
  const killer = new Killer(arena.installation, chance);
  const pid = arena.installation.pid();
  const began = performance.now();
  const isOver = () => performance.now() - began >= lengthMs;
  const tell = async () => print(await lookAt(arena, killer.counts, performance.now() - began));
  const kills = { everyMs: KILL_EVERY_MS, act: () => killer.strike() };
  const habits: Habit[] = [questions(arena, chance), ...(isHealthy ? [] : [...nature(arena, chance), kills])];
  await Promise.all([
    ...habits.map((habit) => keepUp(habit, chance, isOver)),
    keepUp({ everyMs: TELL_EVERY_MS, act: tell }, null, isOver),
  ]);
  await Promise.all(
    [arena.world.slack, arena.world.discord].map((platform) => platform.misbehave({ kind: 'none' })),
  );
  const isSpotless = await conclude(arena, tell, print);
  return { isSpotless: isHealthy ? leftInPeace(arena, pid, print) && isSpotless : isSpotless };
}

/** Whether a healthy installation was let alone. @param pid the orchestrator's at the beginning */
function leftInPeace({ installation, world }: Arena, pid: number, print: (line: string) => void): boolean {
  const restarts = installation.pid() === pid ? 0 : 1;
  const [incidents, pages] = [countIncidents(installation), countPages(world)];
  print(`healthy: needless restarts ${restarts}, incidents ${incidents}, pages ${pages}`);
  return restarts + incidents + pages === 0;
}

function questions({ quiz, places }: Arena, chance: Chance): Habit {
  return { everyMs: ASK_EVERY_MS, act: () => quiz.ask(chance.pick(places)) };
}

/** Platforms that are not always well. */
function nature({ world }: Arena, chance: Chance): Habit[] {
  const platform = () => chance.pick(['slack', 'discord'] as const);
  const trouble = () => {
    const name = platform();
    const fault = troubleFor(name, chance);
    // The quiz asks for order, which nobody can keep when the platform itself does not.
    return mixesUp(fault) ? undefined : world[name].misbehave(fault);
  };
  return [
    { everyMs: TROUBLE_EVERY_MS, act: trouble },
    {
      everyMs: OUTAGE_EVERY_MS,
      act: () => world[platform()].misbehave({ kind: 'outage', forMs: OUTAGE_MS }),
    },
  ];
}

/** @param chance null: exactly so often */
async function keepUp({ everyMs, act }: Habit, chance: Chance | null, isOver: () => boolean): Promise<void> {
  for (;;) {
    const until = performance.now() + everyMs * (chance?.between(0.5, 1.5) ?? 1);
    while (performance.now() < until && !isOver()) await pause(Math.min(500, everyMs));
    if (isOver()) return;
    await act();
  }
}

async function conclude(
  { quiz, installation }: Arena,
  tell: () => Promise<void>,
  print: (line: string) => void,
): Promise<boolean> {
  await quiz.settled(SETTLE_SECONDS).catch((error: Error) => print(error.message));
  await tell();
  const { asked, ...found } = quiz.judge();
  const isSpotless = Object.values(found).every((one) => (Array.isArray(one) ? one.length : one) === 0);
  print(`soak: ${asked} questions; ${JSON.stringify(found)}`);
  if (!isSpotless) print(installation.output.slice(-5000));
  return isSpotless;
}
