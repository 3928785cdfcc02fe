/**
 * The log: readable lines on stdout (what journald and people see), JSON lines in `logs/`, rotated daily. Secrets are
 * taken out of every text, also of errors that others made.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, type LoggerOptions, multistream, pino, stdTimeFunctions } from 'pino';
import pretty from 'pino-pretty';
import roll from 'pino-roll';
import { createRedact, type Redact } from '../contracts/redact.ts';

/** Days of rotated files kept beside the active one. */
export const LOG_DAYS_KEPT = 7;

export async function createLogger(options: {
  name: string;
  level: string;
  folder: string;
  color: boolean;
  /** Values that must be in no line, whatever they look like. */
  secrets: readonly string[];
}): Promise<Logger> {
  const { name, level, folder, color } = options;
  const redact = createRedact(options.secrets);
  const { file, reason } = await openFile(`${folder}/${name}`);
  const lines = pretty({
    colorize: color,
    ignore: 'pid,hostname',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    sync: true,
    singleLine: true,
  });
  const streams = [lines, ...(file ? [file] : [])].map((stream) => ({ level: level as pino.Level, stream }));
  const log = pino(
    { name, level, timestamp: stdTimeFunctions.epochTime, ...hiding(redact) },
    multistream(streams),
  );
  if (reason) log.warn({ reason }, 'there is no log file: lines go to stdout alone');
  return log;
}

/** Without room or right for a file stdout still gets every line: that must not keep the service down. */
async function openFile(path: string) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = await roll({
      file: path,
      frequency: 'daily',
      dateFormat: 'yyyy-MM-dd',
      limit: { count: LOG_DAYS_KEPT, removeOtherLogFiles: true },
      mkdir: true,
    });
    // One that could not be opened throws at every line it is given.
    await once(file, 'ready');
    file.on('error', () => undefined); // a disk that is full later
    return { file, reason: null };
  } catch (error) {
    return { file: null, reason: (error as Error).message };
  }
}

/** What a line is made of goes through `redact` before it is one: its fields, its errors, its message. */
function hiding(redact: Redact): Pick<LoggerOptions, 'serializers' | 'formatters' | 'hooks'> {
  const text = <T>(value: T) => (typeof value === 'string' ? redact(value) : value);
  const texts = (fields: object) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, text(value)]));
  return {
    serializers: { err: (error: Error) => texts(pino.stdSerializers.err(error)) },
    formatters: { log: texts },
    hooks: {
      logMethod(values, method) {
        method.apply(this, values.map(text) as typeof values);
      },
    },
  };
}
