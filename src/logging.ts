/** The log: readable lines on stdout (what journald and people see), JSON lines in `logs/`, rotated daily. */
import { mkdirSync } from 'node:fs';
import { type Logger, multistream, pino, stdTimeFunctions } from 'pino';
import pretty from 'pino-pretty';
import roll from 'pino-roll';

/** Days of rotated files kept beside the active one. */
const KEEP = 7;

export async function createLogger(options: {
  name: string;
  level: string;
  folder: string;
  color: boolean;
}): Promise<Logger> {
  const { name, level, folder, color } = options;
  mkdirSync(folder, { recursive: true });
  const file = await roll({
    file: `${folder}/${name}`,
    frequency: 'daily',
    dateFormat: 'yyyy-MM-dd',
    limit: { count: KEEP, removeOtherLogFiles: true },
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
    { name, level, timestamp: stdTimeFunctions.epochTime, serializers: { err: pino.stdSerializers.err } },
    multistream(streams),
  );
}
