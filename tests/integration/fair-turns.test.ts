/**
 * Many groups on few slots: the real service with real links, and stand-ins for the agents. Every group asks again and
 * again; what is looked at is the order in which turns reach agents.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Control } from '../../bench/http.ts';
import { StandInSandbox, type TurnFrame } from '../../bench/stand-in-agent.ts';
import type { LinkClient } from '../../container/runner/link-client.ts';
import { homePaths } from '../../contracts/paths.ts';
import { MetricsWriter } from '../../metrics/record.ts';
import { loadInstallation } from '../../src/agents/installation.ts';
import { systemClock } from '../../src/clock.ts';
import { Life } from '../../src/lifecycle/life.ts';
import { closeServer, listenControl } from '../../src/ops/endpoint.ts';
import { type Service, startService } from '../../src/service.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { until } from '../e2e/until.ts';

const GROUPS = 50;
const SLOTS = 5;
const ROUNDS = 3;
/** How long a stand-in works on a turn, milliseconds. */
const WORK_MS = 10;

const paths = homePaths(mkdtempSync(join(tmpdir(), 'nc-')));
const sandbox = new StandInSandbox();
const life = new Life('test');
let service: Service;
let control: Control;
let stopControl: () => Promise<void>;

beforeAll(async () => {
  mkdirSync(paths.logs, { recursive: true });
  service = await startService({
    ...{ checkout: process.cwd(), userHome: paths.home },
    settings: readSettings({}, { MAX_CONCURRENT_CONTAINERS: String(SLOTS) }, paths.home),
    ...{ paths, installation: loadInstallation(paths.data), sandbox, life, clock: systemClock },
    metrics: new MetricsWriter(paths.logs),
    log: pino({ enabled: false }),
  });
  const server = await listenControl(
    paths.controlSocket,
    () => service.routes,
    () => undefined,
  );
  stopControl = () => closeServer(server);
  control = new Control(paths.controlSocket, 4);
});
afterAll(async () => {
  await control.close();
  await service.stop();
  await stopControl();
  rmSync(paths.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

const chats = Array.from({ length: GROUPS }, (_, index) => `g${index}`);
const ask = (chat: string, round: number) => control.say(chat, `${chat}-${round}`, 'how are you?');

it(`lets ${GROUPS} groups on ${SLOTS} slots take turns: none waits longer than one round of all`, async () => {
  for (const name of chats) {
    await control.call('PUT', '/groups', {
      jid: `local:${name}`,
      name,
      folder: name,
      requiresTrigger: false,
    });
  }
  const order: string[] = [];
  let working = 0;
  let mostWorking = 0;
  sandbox.onTurn = (turn: TurnFrame, link: LinkClient, group: string) => {
    order.push(group);
    working += 1;
    mostWorking = Math.max(mostWorking, working);
    setTimeout(() => {
      working -= 1;
      // It asks again before its turn is over: it has a message waiting whenever a slot is free.
      const round = order.filter((other) => other === group).length;
      if (round < ROUNDS) void ask(group, round);
      const { turn: id } = turn;
      const over = { outcome: 'done', final: { ordinal: 1, text: 'well' }, error: null } as const;
      link.send({ type: 'end', turn: id, ...over, session: null, usage: null });
    }, WORK_MS);
  };
  await Promise.all(chats.map((chat) => ask(chat, 0)));
  await until(
    () => order.length >= GROUPS * ROUNDS && life.activeTurns() === 0,
    60,
    () => `${order.length} turns of ${GROUPS * ROUNDS}`,
  );
  expect(order).toHaveLength(GROUPS * ROUNDS);
  expect(mostWorking).toBe(SLOTS);
  for (const chat of chats) {
    const places = order.flatMap((group, place) => (group === chat ? [place] : []));
    const gaps = places.map((place, index) => place - (places[index - 1] ?? 0));
    // Between two turns of a group every other one had at most one, and those that were at work one more.
    expect(Math.max(...gaps)).toBeLessThan(GROUPS + 2 * SLOTS);
  }
});
