/** What a session's container does on a real engine whatever runs in it: its guard, its words, its end. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EngineFacts } from '../../contracts/sandbox-row.ts';
import { type Guarded, guarded } from '../../recovery/emergency/sandbox/container-guard.ts';
import {
  type ContainerOrder,
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

type Change = Partial<Pick<ContainerOrder, 'limitSeconds' | 'shown'> & Pick<Guarded, 'room'>>;

/** Runs a script in the place of a session, to its end. */
async function run(script: string, change: Change = {}) {
  const place = { installation, image: 'nanoclaw-agent:latest', uid: process.getuid?.() ?? 0 };
  const order = { ...place, arch: process.arch, limitSeconds: 60, shown: [], facts, own: null, ...change };
  const spec = containerSpec(order);
  const [program, ...rest] = guarded(['/bin/bash', '-c', script], order);
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
    { limitSeconds: 2 },
  );
  expect(state).toMatchObject({ isRunning: false, exitCode: 124 });
  expect(out).not.toContain('attached');
});

test.each([
  ['much', 'for n in 1 2 3; do head -c 1M /dev/zero > /scratch/$n; done', 60, 123],
  ['many small files', 'mkdir /scratch/d; for n in $(seq 600); do echo > /scratch/d/$n; done', 60, 123],
  [
    'deeper than any path may be',
    `perl -e 'chdir "/scratch"; for (1..2500) { mkdir "dd"; chdir "dd" } open F, ">", "f"'`,
    ...[60, 123],
  ],
  ['into a folder that it closes', 'mkdir /scratch/d; echo > /scratch/d/f; chmod 0 /scratch/d', 60, 123],
  ['little, beside what it is shown', 'ln -s /usr /scratch/link; echo > /scratch/f', 3, 124],
] as const)('when nobody watches and it writes %s, it ends', async (_what, script, limit, code) => {
  const source = mkdtempSync(join(tmpdir(), 'nanoclaw-room-'));
  chmodSync(source, 0o777);
  const shown = [
    { source, target: '/scratch', writable: true },
    { source: '/usr', target: '/scratch/node_modules', writable: false },
  ];
  const room = { bytes: 2 * 2 ** 20, everySeconds: 1 };
  const { state } = await run(`${script}; exec sleep 600`, { shown, room, limitSeconds: limit });
  execFileSync('rm', ['-rf', source]); // Node removes no folder as deep as this
  expect(state).toMatchObject({ isRunning: false, exitCode: code });
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
