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
  output: '/run/doctor/output',
  errors: '/run/doctor/errors',
  temporary: '/tmp',
} as const;

/** StateDirectory of systemd/nanoclaw-emergency.service: the session's own folders, which the supervisor may read. */
export const UNIT_FOLDER = '/var/lib/nanoclaw-emergency';

export type Places = ReturnType<typeof placesOf>;

/** @param leg counts the ways to the model that were tried, from 1 */
export function placesOf(
  paths: HomePaths,
  { incident, number, leg, sandbox }: Pick<SessionState, 'incident' | 'number' | 'leg' | 'sandbox'>,
) {
  const folder = paths.emergencySession(incident, number);
  const doors = join(paths.emergencyRun, 'doors');
  const copy = join(folder, 'project');
  return {
    folder,
    /** The copy as it was made, and the one that the session changes; under bubblewrap they are one, and in a container. */
    copy,
    project: sandbox === 'unit' ? join(UNIT_FOLDER, 'project') : copy,
    /** What the copy was when it was made: path → digest. */
    manifest: join(folder, 'manifest.json'),
    scratch: join(folder, 'scratch'),
    /** A container's /tmp and programs; elsewhere the one is in `scratch`, and the others are shown one by one. */
    temporary: join(folder, 'tmp'),
    programs: join(folder, 'programs'),
    order: join(folder, 'order'),
    brief: join(folder, 'order', 'brief.md'),
    launchScript: join(folder, 'launch.sh'),
    sandboxArguments: join(folder, 'sandbox-arguments'),
    sandboxFilter: join(folder, 'sandbox-filter'),
    transcript: join(folder, `transcript-${leg}.jsonl`),
    errors: join(folder, `errors-${leg}.log`),
    exit: join(folder, `exit-${leg}`),
    record: join(folder, 'record.json'),
    audit: join(folder, 'audit.jsonl'),
    trial: (number: number) => join(folder, 'trials', String(number)),
    doors,
    brokerSocket: join(doors, 'broker.sock'),
    verbsSocket: join(doors, 'verbs.sock'),
    /** Pipes out of the unit's sandbox; the unit finds the present session by the link. */
    output: join(doors, 'output'),
    outputErrors: join(doors, 'errors'),
    presentSession: join(paths.emergencyRun, 'session'),
    tmuxFolder: paths.emergencyRun,
  };
}
