/** The shape of the signal catalogue's rows and of their ladders. */
import type { RemedyName } from '../../contracts/remedy.ts';
import type { Severity, SignalCode } from '../../contracts/signal.ts';

export type RungName = RemedyName | 'restart';

export type Rung = {
  name: RungName;
  /** `stop`: the orchestrator must not run meanwhile, and is started afterwards. */
  service: 'keep' | 'stop';
  /** How long later looks may take to show that it helped. */
  verifySeconds: number;
  /** So many bad looks after it show that it has not helped; null: what it did takes its time to show. */
  badLooks: number | null;
};

export type Ladder = {
  /** Restarts at once before anything else (tier 1); `budget` = as many as the policy's window allows. */
  watchdog: number | 'budget';
  /** Tier 2. A cause that no restart can cure has none in here. */
  rungs: readonly Rung[];
  /** Whether an emergency session could find a cure (tier 3). */
  doctor: boolean;
  /** With nothing left to try, how long it may last before a person is called. */
  patienceSeconds: number;
  /** The process can run while this lasts, and notices by itself when it is over. */
  mayRun: boolean;
  /** It can end without anybody of ours: a platform comes back, a disk is tidied. */
  outside: boolean;
};

export type SignalRow = {
  title: string;
  severity: Severity;
  /** `exit` and `link` are about the orchestrator's process; `readyz` is its own word; `probe` looks from outside. */
  seenBy: 'exit' | 'link' | 'readyz' | 'probe';
  dependsOn: readonly SignalCode[];
  /** Its target is a channel: of another channel it says, and hides, nothing. */
  perChannel: boolean;
  /** Bad for at least so long, and so many times in a row, before it counts. */
  visibleAfterSeconds: number;
  rise: number;
  /** Good so many times in a row before it is believed to be over. */
  fall: number;
  ladder: Ladder;
};
