/** Every drill, in the order of the fault list. */
import { CONFIG_DRILLS } from './config.ts';
import { DATA_DRILLS } from './data.ts';
import type { Drill } from './drill.ts';
import { HEALTH_DRILLS } from './health.ts';
import { OPERATOR_DRILLS } from './operator.ts';
import { PAGE_DRILLS } from './pages.ts';
import { PLATFORM_DRILLS } from './platforms.ts';
import { PROCESS_DRILLS } from './process.ts';
import { SECRET_DRILLS } from './secrets.ts';
import { START_DRILLS } from './starts.ts';
import { SUPERVISOR_DRILLS } from './supervisor.ts';

export const DRILLS: readonly Drill[] = [
  ...[...PROCESS_DRILLS, ...START_DRILLS, ...SUPERVISOR_DRILLS],
  ...[...HEALTH_DRILLS, ...PLATFORM_DRILLS],
  ...[...DATA_DRILLS, ...CONFIG_DRILLS],
  ...[...PAGE_DRILLS, ...SECRET_DRILLS, ...OPERATOR_DRILLS],
];
