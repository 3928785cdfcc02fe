/** What a benchmark is, and the row it gives. */
import type { Limit } from './limit.ts';
import type { Spread } from './spread.ts';

/** One line of the table: samples against their limits. */
export type Row = {
  what: string;
  unit: string;
  figure: Spread;
  /** None: shown for comparison only. */
  limits: readonly Limit[];
  /** What the limits were derived from, measured in the same run; or any figure that explains this one. */
  baseline: { what: string; unit: string; figure: Spread } | null;
};

export type BenchContext = {
  /** Fewer samples and shorter waits. */
  quick: boolean;
  /** An empty folder for this run; removed afterwards. */
  folder: string;
  /** Where the built programs lie; ends with a slash. */
  dist: string;
};

export type Bench = {
  name: string;
  /** One line for `--help`. */
  about: string;
  run(context: BenchContext): Promise<Row[]>;
};
