/**
 * Writes down what a container says: the engine keeps it from the first word, so after a replaced supervisor, or an engine
 * that was away, both files are written anew and hold the same and more. A word is never lost between two supervisors.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { DeskParts } from '../parts.ts';
import { pause } from '../session/pause.ts';
import type { Places } from '../session/places.ts';
import { ERRORS_BYTES } from './launch-script.ts';

/** An engine that restarts is away for seconds. */
const AGAIN_MS = 2000;

export type Words = { container: string; places: Places; signal: AbortSignal };
type Needs = Pick<DeskParts, 'engine' | 'clock' | 'log'>;

/** Until the container has ended and all is written, or the signal fires. Never rejects. */
export async function keepWords(needs: Needs, words: Words): Promise<void> {
  const { engine, clock, log } = needs;
  const { container, signal } = words;
  while (!signal.aborted) {
    try {
      await writeDown(needs, words);
      if ((await engine.look(container))?.isRunning !== true) return;
    } catch (error) {
      log.warn(`emergency session: its words: ${(error as Error).message}`);
    }
    await pause(clock, AGAIN_MS, signal);
  }
}

async function writeDown({ engine }: Needs, { container, places, signal }: Words): Promise<void> {
  const transcript = openSync(places.transcript, 'w', 0o600);
  const errors = openSync(places.errors, 'w', 0o600);
  let room = ERRORS_BYTES;
  const take = (stream: 'stdout' | 'stderr', part: Buffer) => {
    if (stream === 'stdout') return writeWhole(transcript, part);
    writeWhole(errors, part.subarray(0, room));
    room -= Math.min(room, part.length);
  };
  try {
    await engine.follow(container, take, signal);
  } finally {
    for (const fd of [transcript, errors]) closeSync(fd);
  }
}

/** @throws when the disk refuses */
function writeWhole(fd: number, part: Buffer): void {
  for (let at = 0; at < part.length; ) at += writeSync(fd, part, at);
}
