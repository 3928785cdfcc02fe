/**
 * Sessions in a container beside the supervisor's own: they outlive it, are followed by the next one, and leave nothing.
 * The rest of a session is the same in any sandbox; `cured.test.ts` and `useless.test.ts` have that.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../../e2e/until.ts';
import { ContainedHome, docker } from '../fixtures/contained-home.ts';
import { bash, claim, mend, tryFix } from '../fixtures/emergency-home.ts';
import { bundleSupervisor } from '../fixtures/supervised-home.ts';

const LIMIT_MS = 300_000;
/** Silence and time that only a session comes to which is about nothing else. */
const PATIENT = { limitSeconds: 200, silentSeconds: 100 };

let bundle: string;
let home: ContainedHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => home.close());

function sessionEnds() {
  const look = async () => home.metrics('emergency_recovery')[0] ?? null;
  return until(look, 220, () => `the session's end\n${home.output}`);
}

test(
  'a session goes on beside a supervisor whose container is killed; the next one follows it to the cure',
  async () => {
    home = new ContainedHome(bundle, PATIENT);
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
    await home.endSupervisor('kill');
    await home.start();
    expect(home.sessions()).toEqual(session);
    expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1 });
    const transcript = readFileSync(home.session('transcript-1.jsonl'), 'utf8');
    expect(transcript).toMatch(/^\{"type":"system","subtype":"init".*sleep 6; echo slept.*try_fix/s);
    expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
    expect((await home.status())?.emergencySandbox?.kind).toBe('container');
    expect(home.sessions()).toEqual([]);
    expect(home.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);

// These take minutes: they belong to a full proof.
if (process.env.NANOCLAW_PROOF === 'full') {
  test(
    'a session that nobody watches ends at its limit, and the next supervisor removes it and tells the outcome',
    async () => {
      home = new ContainedHome(bundle, { limitSeconds: 15 });
      await home.withModel(bash('kill -STOP -1; sleep 3000'));
      home.breakIt();
      await home.start();
      await until(
        () => home.sessions().length > 0,
        60,
        () => `the session\n${home.output}`,
      );
      const [session = ''] = home.sessions();
      await home.endSupervisor('kill');
      docker('wait', session);
      expect(home.sessionProcesses()).toEqual([]);
      await home.start();
      expect(await sessionEnds()).toMatchObject({ result: 'failed' });
      expect(home.sessions()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a home in a named volume is found by the engine, and none of it but the session’s folders is shown',
    async () => {
      home = new ContainedHome(bundle, PATIENT);
      const volume = `volume_of_${basename(home.home)}`;
      docker(
        'volume',
        'create',
        '--opt',
        'type=none',
        '--opt',
        'o=bind',
        '--opt',
        `device=${home.home}`,
        volume,
      );
      home.volume = volume;
      home.afterwards = () => docker('volume', 'rm', volume);
      await home.withModel(
        bash('cat /proc/self/mountinfo; find / -name policy.json'),
        mend,
        tryFix,
        claim('fixed'),
      );
      home.breakIt();
      await home.start();
      expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1 });
      expect(home.heard[0]).toContain(' /project ');
      expect(home.heard[0]).not.toContain('policy.json');
    },
    LIMIT_MS,
  );

  test(
    'what fills the disk is ended, wherever it writes',
    async () => {
      home = new ContainedHome(bundle, PATIENT);
      await home.withModel(bash('for i in $(seq 20); do head -c 60M /dev/zero > /tmp/f$i; done; sleep 60'));
      home.breakIt();
      await home.start();
      expect((await sessionEnds()).reason).toMatch(/it wrote too much/);
      expect(home.sessions()).toEqual([]);
    },
    LIMIT_MS,
  );
}
