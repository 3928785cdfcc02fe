import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../../e2e/until.ts';
import { ContainedHome } from '../fixtures/contained-home.ts';
import { bash, claim, mend, tryFix } from '../fixtures/emergency-home.ts';
import { bundleSupervisor } from '../fixtures/supervised-home.ts';

const LIMIT_MS = 200_000;

let bundle: string;
let home: ContainedHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => home.close());

function sessionEnds() {
  const look = async () => home.metrics('emergency_recovery')[0] ?? null;
  return until(look, 120, () => `the session's end\n${home.output}`);
}

test(
  'a session goes on beside a supervisor whose container is killed; the next one follows it to the cure',
  async () => {
    home = new ContainedHome(bundle);
    await home.withModel(bash('sleep 6; echo slept'), mend, tryFix, claim('fixed'));
    home.breakIt();
    await home.start();
    const sleeps = () => home.sessionProcesses().filter((line) => /sleep 6/.test(line));
    await until(
      () => sleeps().length > 0,
      60,
      () => `the session\n${home.output}`,
    );
    const session = home.sessions();
    await home.killSupervisor();
    await home.start();
    expect(home.sessions()).toEqual(session);
    expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1, turns: 4 });
    expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
    expect((await home.status())?.emergencySandbox?.kind).toBe('container');
    expect(home.sessions()).toEqual([]);
    expect(home.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);
