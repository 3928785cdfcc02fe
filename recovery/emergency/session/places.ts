/** Where things of one session lie, outside and inside the sandbox. */
import { join } from 'node:path';
import type { HomePaths } from '../../../contracts/paths.ts';
import type { SessionState } from './state.ts';

/** What the session sees. */
export const INSIDE = {
  project: '/project',
  scratch: '/scratch',
  order: '/session',
  doors: '/run/doctor',
  programs: '/opt/doctor',
  broker: '/run/doctor/broker.sock',
  verbs: '/run/doctor/verbs.sock',
} as const;

export type Places = ReturnType<typeof placesOf>;

/** @param leg counts the ways to the model that were tried, from 1 */
export function placesOf(
  paths: HomePaths,
  { incident, number, leg }: Pick<SessionState, 'incident' | 'number' | 'leg'>,
) {
  const folder = paths.emergencySession(incident, number);
  const doors = join(paths.emergencyRun, 'doors');
  return {
    folder,
    project: join(folder, 'project'),
    /** What the copy was when it was made: path → digest. */
    manifest: join(folder, 'manifest.json'),
    scratch: join(folder, 'scratch'),
    order: join(folder, 'order'),
    brief: join(folder, 'order', 'brief.md'),
    launchScript: join(folder, 'launch.sh'),
    sandboxArguments: join(folder, 'sandbox-arguments'),
    transcript: join(folder, `transcript-${leg}.jsonl`),
    errors: join(folder, `errors-${leg}.log`),
    exit: join(folder, `exit-${leg}`),
    record: join(folder, 'record.json'),
    audit: join(folder, 'audit.jsonl'),
    trial: (number: number) => join(folder, 'trials', String(number)),
    doors,
    brokerSocket: join(doors, 'broker.sock'),
    verbsSocket: join(doors, 'verbs.sock'),
    tmuxFolder: paths.emergencyRun,
  };
}
