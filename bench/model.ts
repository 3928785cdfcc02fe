/**
 * From a message at the control socket to its model request at the Anthropic stand-in, through a real container with
 * the real Agent SDK: a follow-up to a live session, and the first mention of a group for which nothing runs yet.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CURRENT_LINK } from '../metrics/record.ts';
import { createInstallation, type Installation, startWorld, type World } from '../tests/e2e/installation.ts';
import { until } from '../tests/e2e/until.ts';
import type { Bench, BenchContext } from './bench.ts';
import { endChild } from './child.ts';
import { chatName } from './database.ts';
import { Control } from './http.ts';
import { bootOrchestrator } from './orchestrator.ts';
import { spreadOf } from './spread.ts';

const BETWEEN_TURNS_MS = 200;

export const warm: Bench = {
  name: 'warm',
  about: 'follow-up → model request at the stand-in, through a real container',
  async run(context) {
    const samples = await ask(
      context,
      { IDLE_TIMEOUT: '60000' },
      context.quick ? 10 : 31,
      async () => 'main',
    );
    const figure = spreadOf(samples.slice(1)); // the first starts the container
    const limits = [{ at: 'p50' as const, most: 90 }];
    return [{ what: 'warm follow-up → model request', unit: 'ms', figure, limits, baseline: null }];
  },
};

export const cold: Bench = {
  name: 'cold',
  about: 'first mention, nothing prewarmed → model request at the stand-in',
  async run(context) {
    // An idle agent ends soon, so that the machine is not filled with them.
    const samples = await ask(
      context,
      { IDLE_TIMEOUT: '1000' },
      context.quick ? 4 : 11,
      async (index, control) => {
        const name = chatName(index);
        const group = { jid: `local:${name}`, name, folder: name, requiresTrigger: false };
        await control.call('PUT', '/groups', group);
        return name;
      },
    );
    const limits = [{ at: 'p50', most: 2000 } as const, { at: 'p99', most: 4000 } as const];
    const figure = spreadOf(samples);
    return [
      {
        what: 'first mention, nothing prewarmed → model request',
        unit: 'ms',
        figure,
        limits,
        baseline: null,
      },
    ];
  },
};

/** Asks `count` times, one after the other; `chatFor` says where. */
async function ask(
  context: BenchContext,
  settings: Record<string, string>,
  count: number,
  chatFor: (index: number, control: Control) => Promise<string>,
): Promise<number[]> {
  const world = await startWorld();
  const installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker', ...settings } });
  const { child } = await bootOrchestrator(installation, context.dist);
  const control = new Control(installation.paths.controlSocket);
  const samples: number[] = [];
  try {
    await untilPrewarmed(installation, 1); // main's agent, whose start is not to be measured along
    for (let index = 0; index < count; index += 1) {
      samples.push(
        await askOnce({ world, installation, control, index, chat: await chatFor(index, control) }),
      );
      await pause(BETWEEN_TURNS_MS);
    }
  } finally {
    await control.close();
    await endChild(child);
    await Promise.all([installation.stop(), world.stop()]);
  }
  return samples;
}

/** Waits until so many agents have been started ahead in this home, those of earlier processes counted. */
export async function untilPrewarmed(installation: Installation, count: number): Promise<void> {
  const log = join(installation.paths.logs, CURRENT_LINK);
  const started = () =>
    existsSync(log)
      ? installation.metrics('container').filter(({ result }) => result === 'prewarmed').length
      : 0;
  await until(
    () => started() >= count,
    60,
    () => `${started()} of ${count} agents were started ahead`,
  );
}

export type Question = {
  world: World;
  installation: Installation;
  control: Control;
  index: number;
  chat: string;
};

/** @returns milliseconds from the question to its model request; the turn is over by then */
export async function askOnce({ world, installation, control, index, chat }: Question): Promise<number> {
  const log = join(installation.paths.logs, CURRENT_LINK);
  const mark = `question-${index}-of-the-bench`;
  const answered = () => (existsSync(log) ? installation.metrics('turn').length : 0);
  const before = answered();
  const asked = performance.timeOrigin + performance.now();
  await control.say(chat, mark, mark);
  await until(
    () => answered() > before,
    60,
    () => `${mark} was not answered`,
  );
  // Later requests hold this question too, as history: the first one is its own.
  const request = world.anthropic.requests.find(({ body }) =>
    JSON.stringify(body?.messages ?? []).includes(mark),
  );
  if (!request) throw new Error(`${mark} never reached the model`);
  return request.at - asked;
}
