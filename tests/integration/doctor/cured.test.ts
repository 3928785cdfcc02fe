/** Competent sessions: real Claude Code, real orchestrators that cannot become ready, and looks that judge the cure. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findBrokenLine } from '../../../recovery/emergency/session/audit.ts';
import { bundleSupervisor, until } from '../fixtures/supervised-home.ts';
import { BROKEN_WORLDS, doctorOf } from './broken-worlds.ts';
import { PatientHome } from './patient-home.ts';

const LIMIT_MS = 240_000;

const isWhole = process.env.NANOCLAW_PROOF === 'full';
const only = process.env.NANOCLAW_WORLD;
const worlds = BROKEN_WORLDS.filter(({ name }, index) =>
  only ? name.includes(only) : isWhole || index % 7 === 4,
);

let bundle: string;
let patient: PatientHome;
let cured = 0;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => {
  rmSync(dirname(bundle), { recursive: true, force: true });
  console.info(`doctor: ${cured} of ${worlds.length} broken worlds cured`);
});
afterEach(() => patient.close());

test.each(worlds)(
  '$name: a session finds and mends it',
  async (world) => {
    patient = new PatientHome(bundle);
    world.breakIt(patient);
    await patient.withDoctor(...doctorOf(world));
    await patient.start();
    const record = await until(
      `the session's end\n${patient.output}`,
      async () => patient.metrics('emergency_recovery')[0] ?? null,
      180,
    );
    expect(record, `${record.reason}\n${patient.heard.join('\n---\n')}`).toMatchObject({
      result: 'done',
      tries: world.tries ?? 1,
    });
    expect(await patient.wellBefore).toBe(false);
    await patient.untilStatus('closed', ({ incidents }) =>
      incidents.some(({ cause, state }) => cause === world.cause && state === 'closed'),
    );
    expect(patient.metrics('recovery')).toMatchObject([{ result: 'success', tier: 3 }]);
    expect(await patient.isWell()).toBe(true);
    expect(findBrokenLine(patient.session('audit.jsonl'))).toBeNull();
    const learnings = readFileSync(join(patient.home, 'supervisor', 'learnings.jsonl'), 'utf8');
    expect(JSON.parse(learnings).fix).toMatch(world.mended);
    expect(patient.sessionProcesses()).toEqual([]);
    cured += 1;
  },
  LIMIT_MS,
);
