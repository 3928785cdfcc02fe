/** The money of a session: what was paid before a restart of the supervisor counts after it. */
import { expect, test } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import type { ForwarderOrder } from '../../../supervisor/ports/emergency.ts';
import { FakeSupervisorClock } from '../../../tests/fakes/supervisor-clock.ts';
import type { DeskParts } from '../parts.ts';
import type { SessionSandbox } from '../sandbox/session-sandbox.ts';
import { SessionMemory } from './memory.ts';
import { freshSession, readSession } from './state.ts';
import { WayRun } from './way-run.ts';
import type { Way } from './ways.ts';

const INCIDENT = 'inc-1';
const WAY: Way = {
  name: 'prepaid_key',
  baseUrl: 'http://127.0.0.1:9',
  credential: { kind: 'api_key', value: 'real' },
  model: null,
};

let text: string | null = null;
const file = {
  read: () => text,
  write: (next: string) => {
    text = next;
  },
};

/** A supervisor's follow of a session under way, until it lets go or the session is over. */
function supervisor(isAlive: boolean) {
  const orders: ForwarderOrder[] = [];
  const letGo = new AbortController();
  const state = readSession(file);
  if (state === null) throw new Error('the state is gone');
  const memory = new SessionMemory(file, state);
  const desk = {
    ...{ paths: homePaths('/nowhere'), clock: new FakeSupervisorClock() },
    limits: { maxUsd: 2, silentSeconds: 60 },
    around: { view: { openIncidents: () => [{ id: INCIDENT }] } },
    async startForwarder(order: ForwarderOrder) {
      orders.push(order);
      return { stop: async () => undefined };
    },
  } as unknown as DeskParts;
  const sandbox: SessionSandbox = {
    ...{ kind: 'bubblewrap', caveat: '', output: null },
    start: async () => ({ pid: 7, birth: null }),
    isAlive: async () => isAlive,
    listen: () => undefined,
    clear: async () => undefined,
    end: async () => undefined,
    exitCode: async () => 0,
    diskBytes: async () => 0,
  };
  const run = new WayRun({
    ...{ desk, sandbox, memory, incident: INCIDENT, signal: letGo.signal },
    report: () => undefined,
    isBusy: () => false,
    endsNow: () => false,
  });
  return { run, orders, memory, letGo };
}

test('what was paid before the supervisor was replaced is counted on, and once', async () => {
  const fresh = freshSession(
    { incident: INCIDENT, number: 1, limitSeconds: 600 },
    Number.MAX_SAFE_INTEGER,
    'crash',
  );
  const placeholder = { kind: 'api_key', value: 'sk' } as const;
  const under = { leg: 1, way: WAY.name, placeholder, process: { pid: 7, birth: null } };
  text = JSON.stringify({ ...fresh, ...under, spent: { turns: 3, costUsd: 0.5 } });

  const first = supervisor(true);
  const followed = first.run.follow(WAY);
  await Promise.resolve();
  expect(first.orders).toMatchObject([{ limitUsd: 1.5, spentUsd: 0 }]);
  first.orders[0]?.onSpent(0.75);
  first.letGo.abort();
  expect(await followed).toEqual({ stop: 'let_go' });

  const second = supervisor(false);
  await second.run.follow(WAY);
  expect(second.orders).toMatchObject([{ limitUsd: 1.5, spentUsd: 0.75 }]);
  expect(second.memory.state).toMatchObject({ spent: { costUsd: 1.25 }, paidUsd: 0 });
});
