/** A remedy that is one command of the CLI, which says with its last line how it went (`--outcome`). */
import type { RemedyName } from '../../contracts/remedy.ts';
import { remedyOutcomeSchema } from '../../contracts/remedy.ts';
import type { Remedy } from '../../supervisor/ports/remedy.ts';
import { remedy } from './bounded.ts';
import { runCli } from './cli-child.ts';
import { whyNot } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

export type CliRemedy = { name: RemedyName; limitMs: number; args: readonly string[] };

export function cliRemedy(parts: RemedyParts, { name, limitMs, args }: CliRemedy): Remedy {
  return remedy(name, limitMs, async (_target, signal) => {
    const result = await runCli(parts, [...args, '--outcome'], signal);
    const said = result.kind === 'ended' ? parseOutcome(result.output) : null;
    return said ?? whyNot(`nanoclaw ${args.join(' ')}`, result);
  });
}

function parseOutcome(output: string) {
  try {
    const last = output.trimEnd().split('\n').at(-1) ?? '';
    return remedyOutcomeSchema.safeParse(JSON.parse(last)).data ?? null;
  } catch {
    return null; // it ended before it could say anything; its exit code and last words are reported
  }
}
