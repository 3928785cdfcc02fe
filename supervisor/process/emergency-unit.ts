/** The emergency session's unit: started and stopped through the root helper, looked at as any user may. */
import { existsSync } from 'node:fs';
import type { EmergencyUnit } from '../ports/emergency.ts';
import type { AskHelper } from './helper-client.ts';
import type { UnitState } from './unit-state.ts';

const UNIT = 'nanoclaw-emergency.service';
/** What scripts/install.sh puts there last of all that the unit needs; older installations have none. */
const PROGRAM = '/opt/nanoclaw/emergency/claude';

/** The copy of the project goes from one folder to another before it runs. */
const START_LIMIT_MS = 60_000;
/** A million small files take seconds. */
const SIZE_LIMIT_MS = 60_000;
/** Above the unit's TimeoutStopSec, after which it is killed. */
const STOP_LIMIT_MS = 30_000;

export class HelperUnit implements EmergencyUnit {
  constructor(
    readonly ask: AskHelper,
    readonly look: (unit: string) => Promise<UnitState>,
  ) {}

  isInstalled(): boolean {
    return existsSync(PROGRAM);
  }

  async start(): Promise<number> {
    const pid = Number(await this.ask('start nanoclaw-emergency', AbortSignal.timeout(START_LIMIT_MS)));
    if (!(pid > 0)) throw new Error(`${UNIT} ended at once; look: journalctl -u nanoclaw-emergency`);
    return pid;
  }

  async stop(): Promise<void> {
    await this.ask('stop nanoclaw-emergency', AbortSignal.timeout(STOP_LIMIT_MS));
  }

  async diskBytes(): Promise<number> {
    return Number(await this.ask('size nanoclaw-emergency', AbortSignal.timeout(SIZE_LIMIT_MS)));
  }

  async exitCode(): Promise<number | null> {
    const unit = await this.look(UNIT).catch(() => null); // the code is for a person's eyes only
    return unit?.ended?.code ?? null;
  }
}
