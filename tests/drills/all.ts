/** Every drill, in the order of the fault list. */
import { AGENT_DRILLS } from './agents.ts';
import { CONFIG_DRILLS } from './config.ts';
import { DATA_DRILLS } from './data.ts';
import { DISK_DRILLS } from './disk.ts';
import type { Drill } from './drill.ts';
import { ENGINE_DRILLS } from './engine.ts';
import { HEALTH_DRILLS } from './health.ts';
import { NETWORK_DRILLS } from './network.ts';
import { OPERATOR_DRILLS } from './operator.ts';
import { PAGE_DRILLS } from './pages.ts';
import { PLATFORM_DRILLS } from './platforms.ts';
import { PROCESS_DRILLS } from './process.ts';
import { SCHEDULE_DRILLS } from './schedules.ts';
import { SECRET_DRILLS } from './secrets.ts';
import { SIGN_IN_DRILLS } from './sign-in.ts';
import { START_DRILLS } from './starts.ts';
import { SUPERVISOR_DRILLS } from './supervisor.ts';
import { THREADS_DRILLS } from './threads.ts';

export const DRILLS: readonly Drill[] = [
  ...[...PROCESS_DRILLS, ...START_DRILLS, ...SUPERVISOR_DRILLS],
  ...[...HEALTH_DRILLS, ...PLATFORM_DRILLS, ...NETWORK_DRILLS, ...AGENT_DRILLS, ...ENGINE_DRILLS],
  ...[...DISK_DRILLS, ...DATA_DRILLS, ...CONFIG_DRILLS, ...SIGN_IN_DRILLS, ...THREADS_DRILLS],
  ...[...PAGE_DRILLS, ...SECRET_DRILLS, ...SCHEDULE_DRILLS, ...OPERATOR_DRILLS],
];
