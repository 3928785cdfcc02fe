/**
 * Kills the orchestrator at every durable step of a mention's way, and at random instants under load; the platforms'
 * own records are the judge.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depth, isFull, sampleOf } from '../quiz/depth.ts';
import { type Arena, openArena } from './quiz/arena.ts';
import type { Place } from './quiz/quiz.ts';
import { until } from './until.ts';

/** A mention's way has at most this many commits; a kill that finds no commit any more strikes at the next mention. */
const STEPS = 8;
const POINTS = Array.from({ length: STEPS }, (_, index) => [
  `before ${index + 1}`,
  `after ${index + 1}`,
]).flat();

/** A turn that failed by itself meanwhile may wait 5 + 10 + 20 + 40 + 80 s before it is tried for the last time. */
const ALL_RETRIES_SECONDS = 240;

const CLEAN = { lost: [], twice: [], misplaced: [], disordered: 0 };

async function killAt(arena: Arena, place: Place, point: string): Promise<void> {
  const { installation, quiz } = arena;
  const pid = installation.pid();
  const file = join(installation.home, 'failpoint');
  writeFileSync(file, point);
  quiz.ask(place);
  await until(
    () => !existsSync(file) || quiz.judge().lost.length === 0 || null,
    30,
    () => 'neither killed nor answered',
  );
  if (!existsSync(file)) await installation.up({ not: pid });
  await quiz.settled(60);
}

describe.each(['local', 'slack', 'discord'] as const)('a mention on %s', (platform) => {
  let arena: Arena;
  const places = () => arena.places.filter((place) => place.platform === platform);
  beforeAll(async () => {
    arena = await openArena(1);
  });
  afterAll(() => arena?.stop());

  it.each(sampleOf(POINTS, 4))('is answered once when the process dies %s commits', async (point) => {
    for (const place of places()) await killAt(arena, place, point);
  });

  it('has lost nothing, answered nothing twice or elsewhere, and kept the order', () => {
    const { asked, ...found } = arena.quiz.judge();
    console.log(`kill sweep, steps on ${platform}: ${asked} questions, ${JSON.stringify(found)}`);
    expect(found).toEqual(CLEAN);
  });
});

/** Stored, opened, answered, sending, sent: fewer steps than an agent's way has. The third ends the turn. */
const LIGHT_POINTS = isFull ? POINTS.slice(0, 2 * 6) : ['after 2', 'before 3', 'after 3', 'after 4'];

describe.each(isFull ? (['local', 'slack', 'discord'] as const) : (['local'] as const))(
  'a light mention on %s',
  (platform) => {
    let arena: Arena;
    beforeAll(async () => {
      arena = await openArena(1, { light: true });
    });
    afterAll(() => arena?.stop());

    /** A new process asks the light model at once; one that has just asked leaves the next question to the agent. */
    async function restart(): Promise<void> {
      const pid = arena.installation.pid();
      process.kill(pid, 'SIGKILL');
      await arena.installation.up({ not: pid });
    }

    it.each(LIGHT_POINTS)('is answered once when the process dies %s commits', async (point) => {
      for (const place of arena.places.filter((place) => place.platform === platform)) {
        await restart();
        await killAt(arena, place, point);
      }
    });

    it('has lost nothing, answered nothing twice or elsewhere, kept the order, and asked no agent', () => {
      const { asked, ...found } = arena.quiz.judge();
      console.log(`kill sweep, light steps on ${platform}: ${asked} questions, ${JSON.stringify(found)}`);
      expect(found, arena.quiz.story()).toEqual(CLEAN);
      expect(arena.world.anthropic.requests).toHaveLength(0);
    });
  },
);

describe('under load', () => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await openArena(2);
  });
  afterAll(() => arena?.stop());

  it('survives kills at random instants', async () => {
    const { installation, quiz, places } = arena;
    const kills = depth(200, 10);
    for (let kill = 0; kill < kills; kill += 1) {
      for (const place of places) if (Math.random() < 0.5) quiz.ask(place);
      const pid = installation.pid();
      const dieAt = performance.now() + Math.random() * 1500;
      await until(
        () => performance.now() >= dieAt || null,
        5,
        () => 'time stands still',
      );
      process.kill(pid, 'SIGKILL');
      await installation.up({ not: pid });
    }
    await quiz.settled(ALL_RETRIES_SECONDS);
    const { asked, ...found } = quiz.judge();
    console.log(`kill sweep, random instants: ${kills} kills, ${asked} questions, ${JSON.stringify(found)}`);
    expect(found, quiz.story()).toEqual(CLEAN);
  }, 1_800_000);
});
