/** Where the supervisor writes what it knows and does. */
import type { MetricEntry, PageNotice, PageProgress } from '../../contracts/action.ts';
import type { IncidentEvent } from '../../contracts/incident.ts';

export interface StateStore {
  /** Durable when it returns. @throws when the disk refuses */
  save(snapshot: object): void;
}

export interface IncidentLog {
  /** Durable when it returns; events that are in the file already are not written twice. */
  append(incident: string, events: readonly IncidentEvent[]): void;
}

export interface MetricsSink {
  /** Never throws: a full disk must not stop the healing. */
  record(entry: MetricEntry): void;
  /** Whether this incident has such a record, written at that moment (wall clock, milliseconds) or later. */
  holds(entry: MetricEntry, since: number): boolean;
}

export interface Pager {
  /** Takes a notice into its durable queue; the outcome comes as a `page_result` event. */
  send(notice: PageNotice): void;
  /** Edits the incident's first message; without one, or on a platform that cannot, nothing happens. */
  progress(progress: PageProgress): void;
}

/** One small file, replaced as a whole. */
export interface DurableFile {
  /** Null when there is none. */
  read(): string | null;
  /** Durable when it returns. @throws when the disk refuses */
  write(text: string): void;
}

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
