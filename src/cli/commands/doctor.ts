/** `nanoclaw doctor`: runs the checks side by side and tells what to do about each problem. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { CHECKS } from '../doctor/catalog.ts';
import { type Check, type Finding, type Patient, trouble } from '../doctor/check.ts';
import { openMachine } from '../doctor/machine.ts';
import { CliError, reasonOf } from '../errors.ts';
import { formatTable } from '../format.ts';

type Result = Finding & { id: string; title: string };

export async function doctor(
  context: Context,
  options: { json: boolean; list: boolean; only: readonly string[] },
): Promise<number> {
  const checks = choose(context, options.only);
  if (options.list) return list(context, checks, options.json);
  const results = await Promise.all(checks.map((check) => examine(check, context)));
  if (options.json) context.terminal.print(JSON.stringify(results, null, 2));
  else printResults(results, context);
  return count(results, 'error') > 0 ? EXIT.failure : EXIT.ok;
}

function choose({ texts }: Context, only: readonly string[]): readonly Check[] {
  const unknown = only.find((id) => !CHECKS.some((check) => check.id === id));
  if (unknown !== undefined) throw new CliError(texts.doctor.unknownCheck(unknown), EXIT.usage);
  return only.length === 0 ? CHECKS : CHECKS.filter(({ id }) => only.includes(id));
}

function list({ terminal, texts }: Context, checks: readonly Check[], json: boolean): number {
  const named = checks.map(({ id, title }) => ({ id, title: title(texts.doctor) }));
  if (json) terminal.print(JSON.stringify(named, null, 2));
  else for (const line of formatTable(named.map(({ id, title }) => [id, title]))) terminal.print(line);
  return EXIT.ok;
}

async function examine(check: Check, context: Context): Promise<Result> {
  const say = context.texts.doctor;
  const { paths, settings, environment, now } = context;
  const patient: Patient = { paths, settings, environment, now, say };
  const finding = await check
    .look(patient, openMachine(environment))
    .catch((error: unknown) => trouble('error', say.broke(reasonOf(error)), 'nanoclaw doctor --json'));
  return { id: check.id, title: check.title(say), ...finding };
}

function printResults(results: readonly Result[], { terminal, texts }: Context): void {
  const rows = results.map((result) => [mark(result, terminal.paint), result.title, result.message]);
  for (const [index, line] of formatTable(rows).entries()) {
    terminal.print(line);
    const result = results[index];
    if (result && !result.ok) terminal.print(terminal.paint('dim', `         → ${result.fix}`));
  }
  terminal.print();
  terminal.print(texts.doctor.summary(count(results, 'error'), count(results, 'warn')));
}

function mark(result: Result, paint: Context['terminal']['paint']): string {
  if (result.ok) return paint('green', 'ok');
  const style = { error: 'red', warn: 'yellow', info: 'dim' } as const;
  return paint(style[result.severity], result.severity);
}

function count(results: readonly Result[], severity: 'error' | 'warn'): number {
  return results.filter((result) => !result.ok && result.severity === severity).length;
}
