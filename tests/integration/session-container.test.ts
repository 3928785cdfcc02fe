/** What a session's container does on a real engine whatever runs in it: its guard, its words, its end. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EngineFacts } from '../../contracts/sandbox-row.ts';
import { guarded } from '../../recovery/emergency/sandbox/container-guard.ts';
import {
  containerName,
  containerSpec,
  DOCTOR_LABEL,
} from '../../recovery/emergency/sandbox/container-spec.ts';
import { SocketContainerEngine } from '../../supervisor/container-engine.ts';
import { perl } from './doctor/attacks-reach.ts';

const engine = new SocketContainerEngine('/var/run/docker.sock');
let facts: EngineFacts;
let installation: string;

beforeAll(async () => {
  facts = await engine.facts();
});
beforeEach(() => {
  installation = `test-${randomBytes(4).toString('hex')}`;
});
afterEach(() => engine.remove(containerName(installation)));

/** Runs a script in the place of a session, to its end. */
async function run(script: string, limitSeconds = 60) {
  const place = { installation, image: 'nanoclaw-agent:latest', uid: process.getuid?.() ?? 0 };
  const spec = containerSpec({ ...place, arch: process.arch, limitSeconds, shown: [], facts, own: null });
  const [program, ...rest] = guarded(['/bin/bash', '-c', script], limitSeconds, process.arch);
  const id = await engine.create(containerName(installation), { ...spec, Entrypoint: [program], Cmd: rest });
  await engine.start(id);
  const said = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const never = new AbortController().signal;
  await engine.follow(
    id,
    (stream, part) => {
      said[stream] = Buffer.concat([said[stream], part]);
    },
    never,
  );
  return { id, out: said.stdout.toString(), errors: said.stderr.toString(), state: await engine.look(id) };
}

test('it ends at its limit with all that it started, whatever it does to its guard', async () => {
  const attach = perl('print "attached" if syscall(101, 0x4206, 1, 0, 0) == 0');
  const { out, state } = await run(
    `setsid sleep 600 & kill -STOP 1; kill -KILL 1; ${attach}; trap '' TERM ALRM; sleep 600`,
    2,
  );
  expect(state).toMatchObject({ isRunning: false, exitCode: 124 });
  expect(out).not.toContain('attached');
});

test('processes that lose their parents are taken in, so they do not use up what it may have', async () => {
  const { out } = await run(
    'for i in $(seq 40); do (sleep 0.01 &); done; until ! pgrep -x sleep; do :; done; grep -l "^State:.Z" /proc/[0-9]*/status | wc -l',
  );
  expect(out.trim().split('\n').at(-1)).toBe('0');
});

test.each([
  ['exit 7', 7],
  ['kill -TERM $$', 143],
])('after %s its code is %i', async (script, code) => {
  expect((await run(script)).state).toMatchObject({ isRunning: false, exitCode: code });
});

test('a stop lets it say its last word; long lines keep every letter', async () => {
  const script = `printf '%0.s폴' $(seq 30000); echo; echo oops >&2; trap 'echo bye; exit 0' TERM; kill -TERM $PPID; sleep 60 & wait`;
  const { out, errors } = await run(script);
  expect(out.split('\n').map(({ length }) => length)).toEqual([30_000, 3, 0]);
  expect(out.replaceAll('폴', '')).toBe('\nbye\n');
  expect(errors).toBe('oops\n');
});

test('what is left is found by its label, and removed as often as anybody likes', async () => {
  const { id } = await run('true');
  const label = `${DOCTOR_LABEL}=${installation}`;
  expect(await engine.list(label)).toEqual([id]);
  await engine.remove(id);
  await engine.remove(id);
  await engine.stop(id, 1);
  expect(await engine.look(id)).toBeNull();
  expect(await engine.list(label)).toEqual([]);
});

test('what the engine refuses is told in its words', async () => {
  const refused = engine.create(containerName(installation), { Image: 'there-is-no-such-image' });
  await expect(refused).rejects.toThrow(/HTTP 404: .*there-is-no-such-image/);
});
