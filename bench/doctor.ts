/**
 * An emergency session: from a person's wish for one to its first model request, through the real copy, sandbox and
 * Claude Code; and what the supervisor uses while one runs. The installation is a copy whose service cannot start.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CURRENT_LINK } from '../metrics/record.ts';
import { createInstallation, type Installation, startWorld, type World } from '../tests/e2e/installation.ts';
import { copyPrograms } from '../tests/e2e/own-programs.ts';
import { until } from '../tests/e2e/until.ts';
import { call } from '../tests/world/anthropic-script.ts';
import type { Bench, Row } from './bench.ts';
import { cpuMsOf, rssOf } from './child.ts';
import { spreadOf } from './spread.ts';

const SPAN_SECONDS = 10;
const MINUTE_SECONDS = 60;
/** Straight to tier 3, as often as it is asked for. */
const POLICY = {
  restart: { budget: 0 },
  emergency: { perDay: 1, limitSeconds: 120 },
};

export const doctor: Bench = {
  name: 'doctor',
  about: 'emergency session: wish → first model request; the supervisor while one runs',
  async run(context) {
    const world = await startWorld();
    const installation = await createInstallation({ world, policy: POLICY });
    const { entry, ...programs } = copyPrograms(context.dist, join(context.folder, 'doctor'));
    installation.programs = programs;
    writeFileSync(entry, 'process.exit(1);\n');
    try {
      installation.start();
      await ended(installation, 1);
      const supervisor = installation.supervisor?.pid ?? 0;
      const before = rssOf(supervisor);
      const samples: number[] = [];
      for (let session = 2; session <= (context.quick ? 3 : 8); session += 1) {
        samples.push(await firstRequest({ installation, world }));
        await ended(installation, session);
      }
      const use = await useWhileOneRuns({ installation, world }, supervisor);
      return toRows(samples, use, before);
    } finally {
      await Promise.all([installation.stop(), world.stop()]);
    }
  },
};

type Use = { rss: number; cpuMs: number };
type Scene = { installation: Installation; world: World };

/** Waits until so many sessions are over, and no other could begin meanwhile. */
async function ended(installation: Installation, count: number): Promise<void> {
  const metrics = join(installation.paths.logs, CURRENT_LINK);
  const sessions = () => (existsSync(metrics) ? installation.metrics('emergency_recovery').length : 0);
  await until(
    () => sessions() >= count,
    120,
    () => `session ${count} did not end: ${installation.output.slice(-2000)}`,
  );
}

/** A person asks for one. @returns wall clock, milliseconds */
async function ask({ paths, pagePort }: Installation): Promise<number> {
  const authorization = `Bearer ${readFileSync(paths.apiToken, 'utf8').trim()}`;
  const at = performance.timeOrigin + performance.now();
  const url = `http://127.0.0.1:${pagePort}/api/doctor-session`;
  const { status } = await fetch(url, { method: 'POST', headers: { authorization } });
  if (status !== 202) throw new Error(`a session was refused: HTTP ${status}`);
  return at;
}

async function firstRequest({ installation, world }: Scene): Promise<number> {
  const before = world.anthropic.requests.length;
  const asked = await ask(installation);
  const request = await until(
    () => world.anthropic.requests.slice(before).find(({ body }) => body !== null) ?? null,
    60,
    () => 'no model request',
  );
  return request.at - asked;
}

/** While a command of the session runs, which is what most of a session is. */
async function useWhileOneRuns({ installation, world }: Scene, pid: number): Promise<Use> {
  world.anthropic.script.queue(call('Bash', { command: `sleep ${SPAN_SECONDS + 5}`, description: 'wait' }));
  await firstRequest({ installation, world });
  await pause(2000); // its start is over
  const before = cpuMsOf(pid);
  await pause(SPAN_SECONDS * 1000);
  return { rss: rssOf(pid), cpuMs: ((cpuMsOf(pid) - before) * MINUTE_SECONDS) / SPAN_SECONDS };
}

function toRows(samples: readonly number[], use: Use, before: number): Row[] {
  const row = (what: string, unit: string, figures: readonly number[], most: number | null): Row => ({
    ...{ what, unit, figure: spreadOf(figures), baseline: null },
    limits: most === null ? [] : [{ at: 'p50', most }],
  });
  const baseline = { what: 'before the first one asked for', unit: 'MiB', figure: spreadOf([before]) };
  return [
    row('emergency session → first model request', 'ms', samples, 2000),
    { ...row('supervisor while a session runs, RSS', 'MiB', [use.rss], 80), baseline },
    row('supervisor while a session runs, CPU a minute', 'ms', [use.cpuMs], null),
  ];
}
