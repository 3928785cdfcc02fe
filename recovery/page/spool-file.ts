/** The spool on disk. Unreadable → begun anew; the re-page schedule covers the loss. */
import * as z from 'zod';
import { pageNoticeSchema } from '../../contracts/action.ts';
import type { DurableFile, Log } from '../../supervisor/ports/records.ts';
import { ROUTE_NAMES } from './routes.ts';
import { emptySpool, type Spool } from './spool.ts';

const routeSchema = z.enum(ROUTE_NAMES);
const firstSchema = z.object({ route: routeSchema, messageId: z.string(), notice: pageNoticeSchema });

const spoolSchema = z.object({
  waiting: z.array(z.object({ notice: pageNoticeSchema, attempts: z.number(), unclear: z.boolean() })),
  delivered: z.array(
    z.object({
      incident: z.string(),
      keys: z.array(z.string()),
      first: firstSchema.nullable(),
      last: routeSchema,
    }),
  ),
}) satisfies z.ZodType<Spool>;

export function loadSpool(file: DurableFile, log: Log): Spool {
  try {
    const text = file.read();
    return text === null ? emptySpool() : spoolSchema.parse(JSON.parse(text));
  } catch {
    log.warn('the waiting pages could not be read; the list is begun anew');
    return emptySpool();
  }
}

export function saveSpool(file: DurableFile, spool: Spool, log: Log): void {
  try {
    file.write(JSON.stringify(spool));
  } catch (error) {
    log.error(`the waiting pages could not be saved: ${String(error)}`);
  }
}
