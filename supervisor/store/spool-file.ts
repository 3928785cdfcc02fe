/** `supervisor/state-pages.json`: notices that wait for delivery. Unreadable → begun anew; the re-page schedule covers it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { emptySpool, type Spool } from '../../recovery/page/spool.ts';
import type { Log } from '../ports/records.ts';
import { replaceFile } from './durable.ts';
import { noticeSchema } from './state-schema.ts';

const spoolSchema = z.object({
  waiting: z.array(z.object({ notice: noticeSchema, attempts: z.number(), unclear: z.boolean() })),
  delivered: z.array(
    z.object({ incident: z.string(), keys: z.array(z.string()), messageIds: z.array(z.string()) }),
  ),
}) satisfies z.ZodType<Spool>;

export function spoolFile(path: string, log: Log): { load: () => Spool; save: (spool: Spool) => void } {
  return { load: () => load(path, log), save: (spool) => save(path, spool, log) };
}

function load(path: string, log: Log): Spool {
  try {
    return spoolSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing) log.warn('the waiting pages could not be read; the list is begun anew');
    return emptySpool();
  }
}

function save(path: string, spool: Spool, log: Log): void {
  try {
    replaceFile(path, JSON.stringify(spool));
  } catch (error) {
    log.error(`the waiting pages could not be saved: ${String(error)}`);
  }
}
