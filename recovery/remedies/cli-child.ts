/** Runs `node dist/cli.js …`: what needs the store or the network beyond loopback happens in a process of its own. */
import { join } from 'node:path';
import type { RemedyParts } from './parts.ts';
import type { ChildResult } from './run-child.ts';

type Needs = Pick<RemedyParts, 'installation' | 'environment' | 'runChild'>;

export function runCli(
  { installation, environment, runChild }: Needs,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ChildResult> {
  const program = join(installation, 'dist', 'cli.js');
  return runChild(
    { program: process.execPath, args: [program, ...args], cwd: installation, environment },
    signal,
  );
}
