/**
 * Keeps the tally up to date with the files of both processes: reads only what was added since the last look.
 * Tally and file positions are saved together, so counters go on over restarts and outlive the files.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { metricsFiles, readBlocks, visitLines } from './read.ts';
import { addLine, emptyTally, type Tally, tallySchema } from './tally.ts';

/** Where tally and positions are kept. What it throws is passed over: a later look counts the same again. */
export type TallyFile = { read: () => string | null; write: (text: string) => void };

const stateSchema = z.object({
  /** Bytes of each file that are counted. */
  counted: z.record(z.string(), z.number()),
  tally: tallySchema,
});
type State = z.infer<typeof stateSchema>;

/** Between two saves, milliseconds. Until then a restart counts the same lines again from the saved position. */
const SAVE_EVERY_MS = 60_000;

export class MetricsFollower {
  #state: State;
  #savedAt = 0;
  #looking: Promise<Tally> | null = null;

  constructor(
    readonly folder: string,
    readonly file: TallyFile,
    readonly now: () => number = Date.now,
  ) {
    this.#state = load(file);
  }

  /** The tally as of now. Looks that are asked for at the same time are one. */
  look(): Promise<Tally> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<Tally> {
    const names = await metricsFiles(this.folder);
    for (const name of names) await this.#count(name);
    if (this.now() - this.#savedAt >= SAVE_EVERY_MS) this.#save(names);
    return this.#state.tally;
  }

  async #count(name: string): Promise<void> {
    const { counted, tally } = this.#state;
    for await (const { bytes, end } of readBlocks(join(this.folder, name), counted[name] ?? 0)) {
      visitLines(bytes, (start, _name, lineEnd) => {
        addLine(tally, bytes.toString('utf8', start, lineEnd));
      });
      counted[name] = end;
    }
  }

  /** Positions of files that are gone are forgotten. */
  #save(names: readonly string[]): void {
    const counted = Object.entries(this.#state.counted).filter(([name]) => names.includes(name));
    this.#state.counted = Object.fromEntries(counted);
    this.#savedAt = this.now();
    try {
      this.file.write(JSON.stringify(this.#state));
    } catch {
      return; // full or read-only disk: the files still hold what was counted
    }
  }
}

/** Unreadable or of another version → counted anew from the files there are. */
function load(file: TallyFile): State {
  try {
    const text = file.read();
    if (text !== null) return stateSchema.parse(JSON.parse(text));
  } catch {
    return { counted: {}, tally: emptyTally() }; // see above
  }
  return { counted: {}, tally: emptyTally() };
}
