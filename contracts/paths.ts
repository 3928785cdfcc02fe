/** Where things lie under `NANOCLAW_HOME`. The one place that knows the names the operator documents use. */
import { join } from 'node:path';

export type HomePaths = ReturnType<typeof homePaths>;

export function homePaths(home: string) {
  const under = (...parts: string[]) => join(home, ...parts);
  return {
    home,
    env: under('.env'),
    database: under('store', 'messages.db'),
    data: under('data'),
    hostPid: under('data', 'host.pid'),
    /** Token for mutating calls on the status page's API when NANOCLAW_TOKEN is not set; mode 0600. */
    apiToken: under('data', 'api-token'),
    claudeState: (folder: string) => under('data', 'sessions', folder, '.claude'),
    groups: under('groups'),
    group: (folder: string) => under('groups', folder),
    groupLogs: (folder: string) => under('groups', folder, 'logs'),
    logs: under('logs'),
    run: under('run'),
    supervisorSocket: under('run', 'supervisor.sock'),
    controlSocket: under('run', 'control.sock'),
    /** One folder an agent: `link.sock` and `broker.sock`, mounted into its container. */
    agentRun: (agentId: string) => under('run', 'agents', agentId),
    agentsRun: under('run', 'agents'),
    supervisor: under('supervisor'),
    supervisorState: under('supervisor', 'state.json'),
    /** Where steady time began in this boot of the machine. */
    clockAnchor: under('supervisor', 'clock.json'),
    /** Pages that wait for delivery. */
    pages: under('supervisor', 'state-pages.json'),
    incidents: under('supervisor', 'incidents'),
    incident: (id: string) => under('supervisor', 'incidents', `${id}.jsonl`),
    /** `{"until": <ms since the epoch>}`: nothing is restarted or repaired while an update is put in. */
    deployWindow: under('supervisor', 'deploy-window.json'),
    lastKnownGoodEnv: under('supervisor', 'last-known-good.env'),
  };
}

/** Longest path a unix socket may have on Linux, bytes: `sun_path` is 108 with its NUL. */
export const SOCKET_PATH_LIMIT = 107;
