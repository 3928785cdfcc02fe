/** `nanoclaw config check`: what the orchestrator itself would say of a `.env`. Names are told, never values. */
import { readFile } from 'node:fs/promises';
import { parseEnvFile, whereSet } from '../../../contracts/env-file.ts';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { reasonOf } from '../errors.ts';

/** @param file null = the home's own */
export async function checkConfig(context: Context, file: string | null): Promise<number> {
  const problems = await findProblems(context, file ?? context.paths.env);
  const { terminal, texts } = context;
  if (problems.length === 0) {
    terminal.print(texts.upkeep.configAccepted);
    return EXIT.ok;
  }
  terminal.warn(problems.join('; '));
  return EXIT.config;
}

async function findProblems({ paths, environment }: Context, file: string): Promise<readonly string[]> {
  const { readSettings, SettingsError } = await import('../../settings/settings.ts');
  try {
    const text = await readFile(file, 'utf8');
    const { values, problems } = parseEnvFile(text);
    if (problems.length > 0) return problems.map((problem) => `.env: ${problem}`);
    readSettings(values, environment, paths.home, (name) => whereSet(text, name));
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // everything in it is optional
    return [`.env can't be read: ${reasonOf(error)}`];
  }
}
