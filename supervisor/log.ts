/** Readable log lines on stdout, written in-process: the bundle cannot start a log worker. */
import pino from 'pino';
import pretty from 'pino-pretty';
import type { Log } from './ports/records.ts';

export function createLog(level: string, colour: boolean): Log {
  const stream = pretty({
    colorize: colour,
    sync: true,
    ignore: 'pid,hostname,name',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    messageFormat: '[supervisor] {msg}',
  });
  const log = pino({ level, base: null }, stream);
  return {
    info: (text) => log.info(text),
    warn: (text) => log.warn(text),
    error: (text) => log.error(text),
  };
}
