/**
 * The first mention after a start in groups whose agents were started ahead, and what such an agent uses while it has
 * nothing to do. Each start of the orchestrator gives one sample a group.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { IDLE_AGENT_BYTES } from '../src/agents/warm-policy.ts';
import { createInstallation, type Installation, startWorld, type World } from '../tests/e2e/installation.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { cpuMsOf, endChild, rssOf } from './child.ts';
import { chatName } from './database.ts';
import { Control } from './http.ts';
import { askOnce, untilPrewarmed } from './model.ts';
import { bootOrchestrator } from './orchestrator.ts';
import { spreadOf } from './spread.ts';

const CHATS = ['main', chatName(0), chatName(1), chatName(2)];
const BETWEEN_TURNS_MS = 200;
/** Claude Code still works for some seconds after it says that it is warm. */
const SETTLE_MS = 5000;
const SPAN_MS = 10_000;
const MINUTE_MS = 60_000;

export const prewarmed: Bench = {
  name: 'prewarmed',
  about: 'first mention of a prewarmed group → model request; memory and CPU of an idle agent',
  async run(context) {
    const world = await startWorld();
    const installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker' } });
    try {
      await converse(context, { world, installation, boot: 0, expected: 1 }); // makes the groups known and active
      const boots = context.quick ? 2 : 5;
      const runs: Run[] = [];
      for (let boot = 1; boot <= boots; boot += 1) {
        const expected = 1 + boot * CHATS.length;
        runs.push(await converse(context, { world, installation, boot, expected }));
      }
      return toRows(runs);
    } finally {
      await Promise.all([installation.stop(), world.stop()]);
    }
  },
};

type Round = { world: World; installation: Installation; boot: number; expected: number };
type Use = { rss: number; cpuMs: number };
type Run = { samples: number[]; idle: Use[] };

/** One life of the orchestrator: waits until all is warm, looks at the idle agents, asks once in each group. */
async function converse(context: BenchContext, round: Round): Promise<Run> {
  const { world, installation, boot, expected } = round;
  const { child } = await bootOrchestrator(installation, context.dist);
  const control = new Control(installation.paths.controlSocket);
  const samples: number[] = [];
  try {
    await untilPrewarmed(installation, expected);
    const idle = boot === 1 ? await useOfAgents(installation) : [];
    for (const [position, chat] of CHATS.entries()) {
      await register(control, chat);
      const index = boot * CHATS.length + position;
      samples.push(await askOnce({ world, installation, control, index, chat }));
      await pause(BETWEEN_TURNS_MS);
    }
    return { samples, idle };
  } finally {
    await control.close();
    await endChild(child);
  }
}

async function register(control: Control, name: string): Promise<void> {
  const group = { jid: `local:${name}`, name, folder: name, requiresTrigger: false };
  await control.call('PUT', '/groups', group);
}

/** Resident memory (MiB) and CPU a minute (milliseconds) of each agent of this installation, all its processes together. */
async function useOfAgents({ paths }: Installation): Promise<Use[]> {
  await pause(SETTLE_MS);
  const { id } = JSON.parse(readFileSync(join(paths.data, 'installation.json'), 'utf8')) as { id: string };
  const agents = docker('ps', '--filter', `label=nanoclaw.installation=${id}`, '--format', '{{.ID}}');
  const processes = agents.map((agent) => docker('top', agent, '-eo', 'pid').slice(1).map(Number));
  const cpu = () => processes.map((pids) => sum(pids.map(cpuMsOf)));
  const before = cpu();
  await pause(SPAN_MS);
  const after = cpu();
  return processes.map((pids, index) => ({
    rss: sum(pids.map(rssOf)),
    cpuMs: (((after[index] ?? 0) - (before[index] ?? 0)) * MINUTE_MS) / SPAN_MS,
  }));
}

function docker(...args: string[]): string[] {
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function toRows(runs: readonly Run[]): Row[] {
  const idle = runs.flatMap((run) => run.idle);
  const row = (what: string, unit: string, samples: readonly number[], most: number | null): Row => ({
    ...{ what, unit, figure: spreadOf(samples), baseline: null },
    limits: most === null ? [] : [{ at: 'p50', most }],
  });
  const samples = runs.flatMap((run) => run.samples);
  return [
    row('first mention of a prewarmed group → model request', 'ms', samples, 300),
    row(
      'idle agent, RSS',
      'MiB',
      idle.map(({ rss }) => rss),
      IDLE_AGENT_BYTES / 1024 ** 2,
    ),
    row(
      'idle agent, CPU a minute',
      'ms',
      idle.map(({ cpuMs }) => cpuMs),
      null,
    ),
  ];
}
