/** Restarts of services that others depend on too, through the root helper. */
import type { Privileged, PrivilegedAnswer, PrivilegedUnit } from '../ports/privileged.ts';
import { type AskHelper, HelperError } from './helper-client.ts';

export class HelperPrivileged implements Privileged {
  constructor(readonly ask: AskHelper) {}

  async restart(unit: PrivilegedUnit, signal: AbortSignal): Promise<PrivilegedAnswer> {
    try {
      // A unit whose starts were too many is latched; a restart alone would not get it out of there.
      await this.ask(`reset-failed ${unit}`, signal);
      return { kind: 'done', detail: await this.ask(`restart ${unit}`, signal) };
    } catch (error) {
      if (error instanceof HelperError && error.code === 'HELPER_MISSING') return { kind: 'unavailable' };
      return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
    }
  }
}
