/**
 * Everything about one incident in one JSON object, for a person who was not there. Invariants: every text in it has
 * gone through the one place that hides secrets; no message text is in it.
 */
import { readFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { parseEnvFile } from '../../../contracts/env-file.ts';
import type { Redact } from '../../../contracts/redact.ts';
import { readSessions } from '../../../contracts/session-files.ts';
import { metricsFiles, parseRecord, readBlocks, type StoredMetric } from '../../../metrics/read.ts';
import { fileNameAt } from '../../../metrics/record.ts';
import type { Context } from '../context.ts';
import { PARTS, readTail } from '../logs/files.ts';
import type { Incident } from './files.ts';
import { redactFor } from './redact.ts';

/** What lies around the incident and may explain it, milliseconds. */
const MARGIN_MS = 10 * 60_000;
const METRIC_LIMIT = 5000;
const LOG_LIMIT = 500;
/** How far back a log is looked through, lines. */
const LOG_REACH = 20_000;
/** pino's number for info: message texts are logged only below it. */
const INFO = 30;
/** Fields of a log line that could hold what somebody wrote. */
const SPOKEN = new Set(['text', 'content', 'body', 'prompt', 'messages', 'input', 'output']);

type Span = { from: number; to: number };

export async function buildBundle(context: Context, { summary, events }: Incident): Promise<object> {
  const { paths, version, now } = context;
  const span = { from: summary.faultAt - MARGIN_MS, to: (summary.closedAt ?? now()) + MARGIN_MS };
  const redact = await redactFor(context);
  const bundle = {
    kind: 'nanoclaw incident',
    format: 1,
    exportedAt: new Date(now()).toISOString(),
    versions: { nanoclaw: version, node: process.version, system: `${platform()} ${release()} ${arch()}` },
    incident: { summary, events },
    sessions: readSessions(paths, summary.id, redact),
    state: await readState(paths.supervisorState),
    // Which settings .env has; never what they are.
    settings: await settingNames(paths.env),
    metrics: await metricsIn(paths.logs, span),
    logs: Object.fromEntries(
      await Promise.all(PARTS.map(async (part) => [part, await logIn(paths.logs, part, span)] as const)),
    ),
  };
  return clean(bundle, redact) as object;
}

async function settingNames(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => ''); // no .env is a normal home
  return Object.keys(parseEnvFile(text).values);
}

async function readState(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null; // none, or torn: the incident's own events are what counts
  }
}

async function metricsIn(folder: string, { from, to }: Span): Promise<StoredMetric[]> {
  const since = fileNameAt(from).slice('metrics-'.length, -'.jsonl'.length);
  const found: StoredMetric[] = [];
  for (const name of await metricsFiles(folder, since)) {
    for await (const { bytes } of readBlocks(join(folder, name))) {
      for (const line of bytes.toString('utf8').split('\n')) {
        const record = parseRecord(line);
        if (record && isWithin(record.timestamp * 1000, { from, to })) found.push(record);
      }
      // The newest tell most: how it ended, and what came of it.
      if (found.length > METRIC_LIMIT) found.splice(0, found.length - METRIC_LIMIT);
    }
  }
  return found;
}

async function logIn(folder: string, part: (typeof PARTS)[number], span: Span): Promise<object[]> {
  const lines = await readTail(folder, part, LOG_REACH);
  const records = lines.flatMap((line) => parseLog(line) ?? []);
  return records.filter(({ time }) => isWithin(time, span)).slice(-LOG_LIMIT);
}

/** Null for what is no log line of ours, or too talkative a one. */
function parseLog(line: string): ({ time: number } & Record<string, unknown>) | null {
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    const time = typeof record.time === 'string' ? Date.parse(record.time) : Number(record.time);
    if (!Number.isFinite(time) || Number(record.level) < INFO) return null;
    const told = Object.entries(record).filter(([name]) => !SPOKEN.has(name));
    return { ...Object.fromEntries(told), time };
  } catch {
    return null; // no JSON, such as Node's own warnings
  }
}

function isWithin(at: number, { from, to }: Span): boolean {
  return at >= from && at <= to;
}

/** Every text, however deep. */
function clean(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => clean(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, cleanField(name, one, redact)]),
  );
}

/** A text under a name such as `accessToken` is one, whatever it looks like. */
function cleanField(name: string, value: unknown, redact: Redact): unknown {
  const isSecret = /token$|secret|password|api_?key|credential|authorization|cookie/i.test(name);
  return isSecret && typeof value === 'string' ? '[redacted]' : clean(value, redact);
}
