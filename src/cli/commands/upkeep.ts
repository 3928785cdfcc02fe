/**
 * `nanoclaw backup`, `restore`, `db check|repair`. What exchanges the database holds the orchestrator's lock meanwhile:
 * with a living orchestrator, which has the file open, it refuses.
 */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { AlreadyRunningError, lockHome } from '../../../contracts/home-lock.ts';
import type { RemedyOutcome } from '../../../contracts/remedy.ts';
import type { Context } from '../context.ts';
import { CliError, reasonOf } from '../errors.ts';
import { formatBytes } from '../format.ts';

/** Archiving the sessions of years may take minutes, milliseconds. */
const BACKUP_LIMIT_MS = 30 * 60_000;

/** `outcome`: print one JSON line for the supervisor instead of words for a person. */
export type UpkeepOptions = { outcome: boolean };

export async function backup({ paths, terminal, texts, now }: Context): Promise<number> {
  const { backUp } = await import('../../upkeep/backup.ts');
  const made = await backUp(paths, now(), AbortSignal.timeout(BACKUP_LIMIT_MS));
  const files = [made.database, made.files].filter((path) => path !== null);
  if (files.length === 0) throw new CliError(texts.upkeep.nothingToBackUp(paths.home), EXIT.failure);
  terminal.print(texts.upkeep.backedUp(files.join(', '), formatBytes(made.bytes)));
  return EXIT.ok;
}

export type RestoreFlags = UpkeepOptions & { file: string | null; ifDamaged: boolean };

export async function restore(context: Context, { file, ifDamaged, outcome }: RestoreFlags): Promise<number> {
  const { paths, now } = context;
  return alone(context, outcome, async () => {
    const { restoreDatabase } = await import('../../upkeep/restore.ts');
    return restoreDatabase(paths, { file, ifDamaged, now: now() });
  });
}

export async function repairDb(context: Context, { outcome }: UpkeepOptions): Promise<number> {
  const { paths, now } = context;
  return alone(context, outcome, async () => {
    const { repairDatabase } = await import('../../upkeep/repair.ts');
    return repairDatabase(paths, now());
  });
}

export async function checkDb({ paths, terminal }: Context): Promise<number> {
  const { inspectDatabase } = await import('../../upkeep/inspect.ts');
  const inspection = inspectDatabase(paths.database);
  terminal.print('detail' in inspection ? `${inspection.kind}: ${inspection.detail}` : inspection.kind);
  return inspection.kind === 'sound' || inspection.kind === 'absent' ? EXIT.ok : EXIT.database;
}

/** Runs the work while no orchestrator can, and says how it went. */
async function alone(
  { paths, terminal }: Context,
  asJson: boolean,
  work: () => Promise<RemedyOutcome>,
): Promise<number> {
  const { outcome, code } = await locked(paths.home, work);
  if (asJson) terminal.print(JSON.stringify(outcome));
  else if (outcome.kind === 'failed') throw new CliError(outcome.detail, code);
  else terminal.print(outcome.detail);
  return code;
}

async function locked(
  home: string,
  work: () => Promise<RemedyOutcome>,
): Promise<{ outcome: RemedyOutcome; code: number }> {
  try {
    const lock = await lockHome(home, 'orchestrator');
    const outcome = await work().finally(() => lock.close());
    return { outcome, code: outcome.kind === 'failed' ? EXIT.failure : EXIT.ok };
  } catch (error) {
    const isRunning = error instanceof AlreadyRunningError;
    const detail = isRunning
      ? 'the orchestrator runs and has the database open; stop it first'
      : reasonOf(error);
    return { outcome: { kind: 'failed', detail }, code: isRunning ? EXIT.alreadyRunning : EXIT.failure };
  }
}
