/** `nanoclaw logs`: both programs' logs as one readable stream. */
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { prettyFactory } from 'pino-pretty';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { PARTS, type Part, readTail } from '../logs/files.ts';
import { LogFollower } from '../logs/follow.ts';

type Options = { part: string | null; follow: boolean; lines: number; grep: string | null; json: boolean };

/** How often new lines are looked for, milliseconds: a person sees them at once, a disk doesn't mind. */
const LOOK_EVERY_MS = 250;

export async function logs(context: Context, options: Options): Promise<number> {
  const { terminal, texts, paths } = context;
  const parts = partsOf(context, options.part);
  const grep = patternOf(context, options.grep);
  const format = options.json ? (line: string) => line : prettyPrinter(context);
  const show = (line: string) => {
    const text = format(line);
    if (grep === null || grep.test(stripVTControlCharacters(text))) terminal.print(text);
  };
  const followers = parts.map((part) => new LogFollower(paths.logs, part));
  if (options.follow) for (const follower of followers) await follower.look();
  // With a filter, `-n` counts the lines before it: filtering a year of logs is a job for grep itself.
  const before = (await Promise.all(parts.map((part) => readTail(paths.logs, part, options.lines)))).flat();
  if (before.length === 0) terminal.warn(texts.logs.none(paths.logs));
  for (const line of byTime(before).slice(-options.lines)) show(line);
  while (options.follow) {
    const added = await Promise.all(followers.map((follower) => follower.look()));
    for (const line of byTime(added.flat())) show(line);
    await sleep(LOOK_EVERY_MS);
  }
  return EXIT.ok;
}

function partsOf({ texts }: Context, wanted: string | null): readonly Part[] {
  if (wanted === null) return PARTS;
  const part = PARTS.find((name) => name === wanted);
  if (part === undefined) throw new CliError(texts.help.logsPart, EXIT.usage);
  return [part];
}

function patternOf({ texts }: Context, source: string | null): RegExp | null {
  if (source === null) return null;
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw new CliError(texts.errors.badPattern(source), EXIT.usage, { cause });
  }
}

function prettyPrinter({ terminal }: Context): (line: string) => string {
  const pretty = prettyFactory({
    colorize: terminal.colours,
    translateTime: 'SYS:mm-dd HH:MM:ss.l',
    ignore: 'pid,hostname,v',
    singleLine: true,
  });
  return (line) => pretty(line).trimEnd();
}

/** Stable by the lines' own time; a line without one stays behind its predecessor. */
export function byTime(lines: readonly string[]): string[] {
  let last = 0;
  const timed = lines.map((line) => {
    last = timeOf(line) ?? last;
    return { line, at: last };
  });
  return timed.sort((a, b) => a.at - b.at).map(({ line }) => line);
}

function timeOf(line: string): number | null {
  try {
    const { time } = JSON.parse(line) as { time?: unknown };
    const at = typeof time === 'string' ? Date.parse(time) : time;
    return typeof at === 'number' && Number.isFinite(at) ? at : null;
  } catch {
    return null; // a line that is no JSON, such as Node's own warning
  }
}
