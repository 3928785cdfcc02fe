import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Loopback, listenOnLoopback } from '../../tests/world/loopback.ts';
import { DEADMAN_MS, DeadMan } from './dead-man.ts';

let server: Loopback;
let asked: string[];
let status: number;
let warnings: string[];
let timers: (() => void)[];
let deadMan: DeadMan;
let isWell: boolean;
let address: string | null;

/** The next minute begins. */
function minute(): void {
  timers.shift()?.();
}

beforeEach(async () => {
  [asked, status, warnings, timers, isWell] = [[], 200, [], [], true];
  server = await listenOnLoopback(0, (req, res) => {
    asked.push(`${req.method} ${req.url}`);
    res.writeHead(status).end();
  });
  address = `${server.url}/ping/secret-key`;
  deadMan = new DeadMan({
    address: () => address,
    isWell: () => isWell,
    clock: {
      now: () => ({ mono: 0, wall: 0 }),
      after: (ms, run) => {
        expect(ms).toBe(DEADMAN_MS);
        timers.push(run);
        return () => {
          timers = timers.filter((other) => other !== run);
        };
      },
    },
    log: { info: () => undefined, warn: (text) => warnings.push(text), error: () => undefined },
  });
});
afterEach(async () => {
  deadMan.stop();
  await server.refuse();
});

test('the address is asked at once and every minute', async () => {
  deadMan.start();
  minute();
  await expect.poll(() => asked).toEqual(['GET /ping/secret-key', 'GET /ping/secret-key']);
});

test('while a page waits for a person, without an address, and after stop, nothing is asked', async () => {
  isWell = false;
  deadMan.start();
  isWell = true;
  address = null;
  minute();
  address = `${server.url}/last`;
  minute();
  await expect.poll(() => asked).toEqual(['GET /last']);
  deadMan.stop();
  expect(timers).toEqual([]);
});

test('a ping that fails is said once, without its address', async () => {
  status = 500;
  deadMan.start();
  await expect.poll(() => warnings).toHaveLength(1);
  minute();
  await expect.poll(() => asked).toHaveLength(2);
  expect(warnings).toEqual([expect.not.stringContaining('secret-key')]);
});
