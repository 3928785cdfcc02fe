/** `nanoclaw drill`: plays drills in scratch installations. They are a program of their own, built in a checkout. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { superviseUntilExit } from '../up/supervise.ts';

/** @param args names of drills and options, as they were given */
export function drill({ programs, texts, environment }: Context, args: readonly string[]): Promise<number> {
  const program = join(programs, 'drills', 'main.js');
  if (!existsSync(program)) throw new CliError(texts.drill.missing(program), EXIT.failure);
  // In a process group of its own: a Ctrl-C comes from us alone, so that what it has started is ended in order.
  const options = { stdio: 'inherit', env: environment, detached: true } as const;
  return superviseUntilExit(spawn(process.execPath, [program, ...args], options), process);
}
