/** Every drill. */
import type { Drill } from './drill.ts';
import { PROCESS_DRILLS } from './process.ts';

export const DRILLS: readonly Drill[] = [...PROCESS_DRILLS];
