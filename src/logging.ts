/**
 * The log: readable lines on stdout (what journald and people see), JSON lines in `logs/`, rotated daily. Secrets are
 * taken out of every text, also of errors that others made.
 */
import { mkdirSync } from 'node:fs';
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
  mkdirSync(folder, { recursive: true });
  const file = await roll({
    file: `${folder}/${name}`,
    frequency: 'daily',
    dateFormat: 'yyyy-MM-dd',
    limit: { count: LOG_DAYS_KEPT, removeOtherLogFiles: true },
    mkdir: true,
  });
  // A full disk must not end the service; stdout still gets every line.
  file.on('error', () => undefined);
  const lines = pretty({
    colorize: color,
    ignore: 'pid,hostname',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    sync: true,
    singleLine: true,
  });
  const streams = [
    { level: level as pino.Level, stream: lines },
    { level: level as pino.Level, stream: file },
  ];
  return pino(
    { name, level, timestamp: stdTimeFunctions.epochTime, ...hiding(redact) },
    multistream(streams),
  );
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
