/** The state of a session in memory and on disk, which never differ: a change is durable when it can be read here. */
import type { DurableFile } from '../../../supervisor/ports/records.ts';
import type { SessionState } from './state.ts';

export class SessionMemory {
  constructor(
    readonly file: DurableFile,
    private present: SessionState,
  ) {}

  get state(): SessionState {
    return this.present;
  }

  /** @throws when the disk refuses */
  save(change: Partial<SessionState>): void {
    const next = { ...this.present, ...change };
    this.file.write(JSON.stringify(next));
    this.present = next;
  }
}
