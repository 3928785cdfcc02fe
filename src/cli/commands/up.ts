/** `nanoclaw up`: everything in the foreground, until Ctrl-C. */
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { homePaths } from '../../../contracts/paths.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { announce } from '../up/announce.ts';
import { startSupervisor, superviseUntilExit } from '../up/supervise.ts';
import { type RunningWorld, startWorld } from '../up/world.ts';

type Options = { world: boolean; homeGiven: boolean };

export async function up(context: Context, options: Options): Promise<number> {
  const { texts } = context;
  const supervisor = join(context.programs, 'supervisor.js');
  if (!existsSync(supervisor)) throw new CliError(texts.up.noSupervisor(supervisor), EXIT.failure);
  if (!options.world) return run(context, supervisor, {});
  const inWorld = options.homeGiven
    ? context
    : withHome(context, mkdtempSync(join(tmpdir(), 'nanoclaw-world-')));
  const world = await openWorld(inWorld);
  try {
    return await run(inWorld, supervisor, world.environment);
  } finally {
    await world.stop();
    inWorld.terminal.warn(texts.up.worldKept(inWorld.paths.home));
  }
}

/** Set in the environment as well, so that hints for other terminals name the home. */
function withHome(context: Context, home: string): Context {
  return { ...context, paths: homePaths(home), environment: { ...context.environment, NANOCLAW_HOME: home } };
}

async function openWorld({ programs, texts, terminal, paths }: Context): Promise<RunningWorld> {
  const program = join(programs, 'world.js');
  if (!existsSync(program)) throw new CliError(texts.up.noWorld(program), EXIT.failure);
  const world = await startWorld(program);
  terminal.print(texts.up.worldHome(paths.home));
  terminal.print(texts.up.worldControl(world.control));
  return world;
}

async function run(context: Context, program: string, extra: Record<string, string>): Promise<number> {
  mkdirSync(context.paths.home, { recursive: true });
  const environment = { ...context.environment, NANOCLAW_HOME: context.paths.home, ...extra };
  const child = startSupervisor(program, environment);
  const ended = new AbortController();
  const exit = superviseUntilExit(child, process).finally(() => ended.abort());
  const { signal } = ended;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined); // aborted: the service has ended
  const told = announce(context, { pause, hasEnded: () => signal.aborted, supervisorPid: child.pid });
  const [code] = await Promise.all([exit, told]);
  return code;
}
