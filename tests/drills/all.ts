/** Every drill. */
import type { Drill } from './drill.ts';
import { HEALTH_DRILLS } from './health.ts';
import { PLATFORM_DRILLS } from './platforms.ts';
import { PROCESS_DRILLS } from './process.ts';
import { START_DRILLS } from './starts.ts';
import { SUPERVISOR_DRILLS } from './supervisor.ts';

export const DRILLS: readonly Drill[] = [
  ...PROCESS_DRILLS,
  ...START_DRILLS,
  ...SUPERVISOR_DRILLS,
  ...HEALTH_DRILLS,
  ...PLATFORM_DRILLS,
];
