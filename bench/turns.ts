/**
 * Many groups on few slots with real containers: how long a group waits at worst between its mention and the model request
 * of its turn. Every group asks again as soon as it has been answered, so somebody always waits.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { converse } from '../src/cli/chat/once.ts';
import { socketTransport } from '../src/cli/chat/socket.ts';
import type { Pause } from '../src/cli/chat/transport.ts';
import { createInstallation, type Installation, startWorld, type World } from '../tests/e2e/installation.ts';
import { say } from '../tests/world/anthropic-script.ts';
import type { Bench, Row } from './bench.ts';
import { endChild } from './child.ts';
import { chatName } from './database.ts';
import { Control } from './http.ts';
import { bootOrchestrator } from './orchestrator.ts';
import { spreadOf } from './spread.ts';

const SLOTS = 5;
const ROUNDS = 2;
const GROUPS = 50;
const QUICK_GROUPS = 12;
/** On a busy machine each start of an agent takes its time, milliseconds. */
const LIMIT_MS = 3600_000;

const pause: Pause = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined); // aborted: the wait is over

type Course = { order: string[]; askedAt: Map<string, number>; waits: number[] };

export const turns: Bench = {
  name: 'turns',
  about: 'fifty groups on five slots, real containers: who waits how long for a turn',
  async run({ quick, dist }) {
    const world = await startWorld();
    const env = { NANOCLAW_SANDBOX: 'docker', MAX_CONCURRENT_CONTAINERS: String(SLOTS) };
    const installation = await createInstallation({ world, env });
    const { child } = await bootOrchestrator(installation, dist);
    try {
      return toRows(await takeTurns(world, installation, quick ? QUICK_GROUPS : GROUPS), quick);
    } finally {
      await endChild(child);
      await Promise.all([installation.stop(), world.stop()]);
    }
  },
};

async function takeTurns(world: World, { paths }: Installation, groups: number): Promise<Course> {
  const control = new Control(paths.controlSocket, SLOTS);
  const chats = Array.from({ length: groups }, (_, index) => chatName(index));
  const course: Course = { order: [], askedAt: new Map(), waits: [] };
  world.anthropic.script.match((request) => {
    const [, chat] = /question of (\S+)!/.exec(JSON.stringify(request.messages)) ?? [];
    if (chat === undefined) return null;
    course.order.push(chat);
    course.waits.push((performance.now() - (course.askedAt.get(chat) ?? Number.NaN)) / 1000);
    return say('well');
  });
  for (const name of chats) {
    const group = { jid: `local:${name}`, name, folder: name, requiresTrigger: false };
    await control.call('PUT', '/groups', group);
  }
  await control.close();
  const deadline = AbortSignal.timeout(LIMIT_MS);
  await Promise.all(chats.map((chat) => askInTurn(chat, paths.controlSocket, course, deadline)));
  return course;
}

/** Asks, waits for the answer, asks again: a question that comes before it would belong to the same turn. */
async function askInTurn(
  chat: string,
  controlSocket: string,
  { askedAt }: Course,
  deadline: AbortSignal,
): Promise<void> {
  const persistence = { transport: socketTransport(controlSocket), pause, onWaiting: () => undefined };
  for (let round = 0; round < ROUNDS; round += 1) {
    askedAt.set(chat, performance.now());
    const question = { id: `${chat}-${round}`, chat, sender: 'bench', text: `question of ${chat}!` };
    const outcome = await converse(persistence, question, () => undefined, deadline);
    if (outcome !== 'answered') throw new Error(`question ${round} of ${chat}: ${outcome}`);
  }
}

/** Between two turns of a group every other one has at most one, and those that are at work one more. */
function toRows({ order, waits }: Course, quick: boolean): Row[] {
  const groups = quick ? QUICK_GROUPS : GROUPS;
  const gaps = order.map((chat, place) => place - order.lastIndexOf(chat, place - 1));
  const again = gaps.filter((_, place) => place > 0 && order.indexOf(order[place] ?? '') < place);
  return [
    {
      ...{ what: `${groups} groups on ${SLOTS} slots, mention → model request`, unit: 's' },
      ...{ figure: spreadOf(waits), limits: [], baseline: null },
    },
    {
      what: 'turns of others between two of a group',
      ...{ unit: 'turns', figure: spreadOf(again), baseline: null },
      limits: [{ at: 'p99', most: groups + 2 * SLOTS }],
    },
  ];
}
