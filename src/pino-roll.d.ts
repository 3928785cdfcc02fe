/** pino-roll ships no types: the part of its interface that we use. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  type RollOptions = {
    file: string;
    frequency: 'daily' | 'hourly' | number;
    dateFormat: string;
    limit: { count: number; removeOtherLogFiles?: boolean };
    mkdir: boolean;
  };
  /** Resolves with a sonic-boom stream. */
  export default function build(
    options: RollOptions,
  ): Promise<EventEmitter & { write(line: string): void; end(): void }>;
}
