/** Bolt's log lines on ours. Its debug lines hold message bodies and stay out. */
import type { Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';

export function boltLogger(log: Logger): BoltLogger {
  const ignore = () => undefined;
  // Bolt calls errors what is everyday life of a connection; what matters is in our own lines and in health.
  const pass = (...message: unknown[]) => log.debug({ from: 'bolt' }, message.map(String).join(' '));
  return {
    ...{ debug: ignore, info: ignore, warn: pass, error: pass, setLevel: ignore, setName: ignore },
    getLevel: () => 'warn' as LogLevel,
  };
}
