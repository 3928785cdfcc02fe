/**
 * What a session may see of the live system: a closed list, each answer bounded and free of secrets. Message bodies
 * are in none of these; a log line gives its level, its own words and an error, nothing else.
 */
import { closeSync, type Dirent, fstatSync, openSync, readdirSync, readSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { HomePaths } from '../../../contracts/paths.ts';
import type { Redact } from '../../../contracts/redact.ts';
import type { DeskSurroundings } from '../../../supervisor/ports/emergency.ts';
import { describeEvent } from '../session/describe-event.ts';
import { describeInstallation } from './installation.ts';

export const evidenceKindSchema = z.enum([
  ...(['incident', 'status', 'health', 'service_log', 'installation', 'metrics', 'disk'] as const),
]);
export type EvidenceKind = z.infer<typeof evidenceKindSchema>;

export type EvidenceParts = {
  paths: HomePaths;
  /** Folder of the live programs. */
  installation: string;
  around: DeskSurroundings;
  incident: string;
  redact: Redact;
};

/** Enough to see what happened, little enough to be read. */
const TEXT_LIMIT = 24_000;
const TAIL_BYTES = 256 * 1024;
const LINES = 120;
const MIB = 2 ** 20;

export async function evidence(kind: EvidenceKind, parts: EvidenceParts): Promise<string> {
  return parts.redact(await look(kind, parts)).slice(-TEXT_LIMIT);
}

function look(kind: EvidenceKind, parts: EvidenceParts): string | Promise<string> {
  const { paths, around, incident } = parts;
  switch (kind) {
    case 'incident':
      return around.incident(incident).map(describeEvent).join('\n');
    case 'status':
      return statusText(around);
    case 'health':
      return healthText(around);
    case 'service_log':
      return serviceLog(paths).map(describeLogLine).join('\n') || 'there is no log';
    case 'installation':
      return describeInstallation(parts);
    case 'metrics':
      return lastLines(paths.logs, /^metrics-.*\.jsonl$/).join('\n') || 'there are no records';
    case 'disk': {
      const { bavail, blocks, bsize } = statfsSync(paths.home);
      return `${Math.round((bavail * bsize) / MIB)} MiB free of ${Math.round((blocks * bsize) / MIB)} MiB`;
    }
  }
}

function statusText({ view }: DeskSurroundings): string {
  const { service, signals, budgets, next } = view.status();
  const { state, reason, pid, restarts, heartbeat } = service;
  return JSON.stringify({ state, reason, pid, restarts, heartbeat, signals, budgets, next }, null, 1);
}

/** Asked now, not remembered. */
async function healthText({ view, probe }: DeskSurroundings): Promise<string> {
  const { pid, startId, state, reason } = view.status().service;
  if (pid === null) return `nothing runs; the service is ${state}: ${reason}`;
  const { outcome, readiness } = await probe.check({ pid, startId });
  return JSON.stringify({ outcome, components: readiness?.components ?? [] }, null, 1);
}

/** The last lines of the file that was written last. */
function lastLines(folder: string, pattern: RegExp): string[] {
  const newest = entriesOf(folder)
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .at(-1);
  if (newest === undefined) return [];
  const fd = openSync(join(folder, newest), 'r');
  try {
    const { size } = fstatSync(fd);
    const part = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, part, 0, part.length, size - part.length);
    return part
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-LINES);
  } finally {
    closeSync(fd);
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // nothing was ever logged
  }
}

const logLineSchema = z.looseObject({
  level: z.number(),
  time: z.union([z.number(), z.string()]).optional(),
  msg: z.string().catch(''),
  err: z
    .looseObject({ type: z.string().catch(''), message: z.string().catch(''), stack: z.string().catch('') })
    .optional()
    .catch(undefined),
});

/** pino's `info`; below it a log may hold what people wrote. */
const INFO = 30;

/** The named fields alone, so that a field added later cannot bring more than this. */
export function describeLogLine(line: string): string {
  const parsed = parseLogLine(line);
  if (parsed === null || parsed.level < INFO) return '';
  const { level, time, msg, err } = parsed;
  const error = err === undefined ? '' : ` | ${err.type}: ${err.message} | ${ownFrames(err.stack)}`;
  return `${time ?? ''} ${level} ${msg}${error}`.slice(0, 1000);
}

/** pino's `error`. */
const ERROR = 50;

/** The words of the newest error, so far as it is not older than this; empty when there is none. @param since wall clock, ms */
export function newestError(lines: readonly string[], since: number): string {
  const errors = lines.flatMap((text) => {
    const parsed = parseLogLine(text);
    return parsed !== null && parsed.level >= ERROR && new Date(parsed.time ?? 0).getTime() >= since
      ? [parsed]
      : [];
  });
  const newest = errors.at(-1);
  if (newest === undefined) return '';
  const { msg, err } = newest;
  return `${msg}${err === undefined ? '' : ` | ${err.type}: ${err.message}`}`.slice(0, 300);
}

export function serviceLog({ logs }: Pick<HomePaths, 'logs'>): string[] {
  return lastLines(logs, /^nanoclaw.*\.log$/);
}

function parseLogLine(line: string): z.infer<typeof logLineSchema> | null {
  try {
    return logLineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // not one of our lines
  }
}

function ownFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((frame) => /^\s+at /.test(frame) && !frame.includes('node:'))
    .slice(0, 6)
    .map((frame) => frame.trim())
    .join(' < ');
}
