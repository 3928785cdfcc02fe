/** A person opens an emergency session on the command line when the day's budget would not. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../contracts/exit-codes.ts';
import { homePaths } from '../../contracts/paths.ts';
import type { Context } from '../../src/cli/context.ts';
import { CliError } from '../../src/cli/errors.ts';
import { runProgram } from '../../src/cli/program.ts';
import { readCliSettings } from '../../src/cli/settings.ts';
import { textsFor } from '../../src/cli/texts/index.ts';
import { bash, claim, EmergencyHome, mend, tryFix } from './fixtures/emergency-home.ts';
import { bundleSupervisor, until } from './fixtures/supervised-home.ts';

let bundle: string;
let home: EmergencyHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => home.close());

/** What the command line says and ends with. */
async function nanoclaw(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  const context = (path: string): Context => ({
    paths: homePaths(path),
    programs: dirname(bundle),
    version: 'test',
    command: 'nanoclaw',
    settings: readCliSettings(null, home.environment),
    environment: home.environment,
    texts: textsFor('en'),
    terminal: {
      print,
      write: print,
      warn: print,
      paint: (_style, text) => text,
      colours: false,
      interactive: false,
    },
    now: () => Date.now(),
  });
  const code = await runProgram(args, home.home, context).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    print(error.message);
    return error.exitCode;
  });
  return { code, said: lines.join('\n') };
}

test('with the budget spent, a person has it healed; a second wish, and one on a sound service, are refused', async () => {
  home = new EmergencyHome(bundle, { perDay: 0 });
  await home.withModel(bash('sleep 4'), mend, tryFix, claim('fixed'));
  home.breakIt();
  expect(await nanoclaw('doctor-session', '--now')).toMatchObject({ code: EXIT.unavailable });
  await home.start();
  await home.untilStatus('the page', ({ activeTier }) => activeTier === 4);
  expect(home.metrics('emergency_recovery')).toEqual([]);
  const begun = await nanoclaw('doctor-session', '--now');
  expect(begun).toMatchObject({ code: EXIT.ok, said: expect.stringContaining('nanoclaw attach') });
  const again = await nanoclaw('doctor-session', '--now', '--json');
  expect([again.code, JSON.parse(again.said)]).toEqual([EXIT.failure, { code: 'session_running' }]);
  const look = async () => home.metrics('emergency_recovery')[0] ?? null;
  expect(await until(`the session's end\n${home.output}`, look, 60)).toMatchObject({
    result: 'done',
    tries: 1,
  });
  await home.untilStatus('closed', ({ incidents }) => incidents.every(({ state }) => state === 'closed'));
  expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
  expect(await nanoclaw('doctor-session', '--now')).toMatchObject({
    code: EXIT.failure,
    said: expect.stringContaining('No incident is open'),
  });
}, 90_000);

test('a second session of one incident has a folder of its own, and the first one’s record stays', async () => {
  home = new EmergencyHome(bundle);
  await home.withModel(claim('I give up'), mend, tryFix, claim('fixed'));
  home.breakIt();
  await home.start();
  const ended = (count: number) =>
    until(
      `session ${count}\n${home.output}`,
      async () => home.metrics('emergency_recovery')[count - 1] ?? null,
      60,
    );
  expect(await ended(1)).toMatchObject({ result: 'failed', tries: 0 });
  await home.untilStatus('the page', ({ activeTier }) => activeTier === 4);
  expect(await nanoclaw('doctor-session', '--now')).toMatchObject({ code: EXIT.ok });
  expect(await ended(2)).toMatchObject({ result: 'done', tries: 1 });
  const folders = home.sessionFolders();
  expect(folders).toEqual([expect.stringMatching(/^inc-[^.]+$/), expect.stringMatching(/^inc-[^.]+\.2$/)]);
  const { said } = await nanoclaw('incidents', 'show', '1');
  expect(said).toMatch(
    /session 1: did not cure[\s\S]*I give up[\s\S]*session 2: cured[\s\S]*-throw new Error/,
  );
  const [id] = folders;
  const answer = await fetch(`${home.pageUrl}/api/incidents/${id}/sessions`);
  expect(await answer.json()).toMatchObject([{ end: { tries: 0 } }, { end: { tries: 1, outcome: 'done' } }]);
}, 90_000);
