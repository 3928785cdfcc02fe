/** The deploy window: a small file with an expiry, written by whoever exchanges files under the running service. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const windowSchema = z.object({ until: z.number() });

/** End of the window, milliseconds since the epoch; null when there is none, or nothing that can be understood. */
export function readDeployWindow(path: string): number | null {
  try {
    return windowSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).until;
  } catch {
    return null; // no file, or half of one: healing goes on
  }
}
