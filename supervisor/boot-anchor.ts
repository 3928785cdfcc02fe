/**
 * Steady time across supervisors: while the machine stays up, a later one goes on by the machine's own uptime, so a
 * clock that is set a day ahead or back neither empties a budget nor brings a page forward.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { DurableFile, Log } from './ports/records.ts';

/** Which boot of the machine this is, and how long it is up; suspended time counts. */
export type Boot = { id: string; uptimeMs: number };

const anchorSchema = z.object({ boot: z.string(), offsetMs: z.number() });

/** Null on a system without /proc. */
export function readBoot(): Boot | null {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const seconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    return Number.isFinite(seconds) ? { id, uptimeMs: seconds * 1000 } : null;
  } catch {
    return null; // the wall clock has to do
  }
}

export type AnchorParts = {
  file: DurableFile;
  boot: Boot | null;
  /** Wall clock, milliseconds since the epoch. */
  wall: number;
  /** Steady time of the last saved state: time never runs back behind it. */
  notBefore: number;
  log: Log;
};

/** The steady time with which this supervisor begins. */
export function steadyStart({ file, boot, wall, notBefore, log }: AnchorParts): number {
  const fresh = Math.max(wall, notBefore);
  if (boot === null) return fresh;
  const kept = readAnchor(file);
  if (kept?.boot === boot.id) return Math.max(kept.offsetMs + boot.uptimeMs, notBefore);
  try {
    file.write(JSON.stringify({ boot: boot.id, offsetMs: fresh - boot.uptimeMs }));
  } catch (error) {
    log.warn(`the start of the steady clock could not be kept: ${String(error)}`);
  }
  return fresh;
}

function readAnchor(file: DurableFile): z.infer<typeof anchorSchema> | null {
  try {
    const parsed = anchorSchema.safeParse(JSON.parse(file.read() ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // half a file, or an unreadable one: begun anew
  }
}
