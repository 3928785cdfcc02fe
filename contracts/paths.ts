/** Where things lie under `NANOCLAW_HOME`. The one place that knows the names the operator documents use. */
import { join } from 'node:path';

export type HomePaths = ReturnType<typeof homePaths>;

/** How the names begin of the files that `meantEnd` speaks of. */
export const MEANT_END = 'meant-end-';

export function homePaths(home: string) {
  const under = (...parts: string[]) => join(home, ...parts);
  return {
    home,
    env: under('.env'),
    database: under('store', 'messages.db'),
    /** `messages-<date>.db` and `files-<date>.tar.gz`, one pair a day; mode 0700, the archives hold secrets. */
    backups: under('backups'),
    data: under('data'),
    hostPid: under('data', 'host.pid'),
    /**
     * An empty file for each life of the orchestrator that somebody asked to end and that ended cleanly: how a supervisor
     * that was away tells such an end from a crash. In a folder that is there: a new one needs room on the disk.
     */
    meantEnd: (startId: string) => under('data', `${MEANT_END}${startId}`),
    /** Where the sign-in stands; holds no secret. */
    authState: under('data', 'auth-state.json'),
    /** A sign-in that was begun on the command line and waits for its code; mode 0600. */
    pendingLogin: under('data', 'auth-login.json'),
    /** `{accessToken, expiresAt, lastRefreshAt}`; mode 0600. */
    threadsState: under('data', 'threads-token-state.json'),
    /** Token for mutating calls on the status page's API when NANOCLAW_TOKEN is not set; mode 0600. */
    apiToken: under('data', 'api-token'),
    /** Files that wait to be sent, one folder a reply. */
    outgoing: under('data', 'outgoing'),
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
    /** How far #health has been read. */
    healthChannel: under('supervisor', 'state-health-channel.json'),
    /** Counters of all metric records, and how far each file is counted. */
    metricsTally: under('supervisor', 'state-metrics.json'),
    incidents: under('supervisor', 'incidents'),
    incident: (id: string) => under('supervisor', 'incidents', `${id}.jsonl`),
    /** `{"until": <ms since the epoch>}`: nothing is restarted or repaired while an update is put in. */
    deployWindow: under('supervisor', 'deploy-window.json'),
    /** The emergency session's sockets: the private tmux server's, and `doors/`, which the sandbox sees. */
    emergencyRun: under('run', 'emergency'),
    /** The session that runs, or the last one: what a later supervisor adopts it by. Mode 0600. */
    emergencyState: under('supervisor', 'state-emergency.json'),
    emergencySessions: under('supervisor', 'sessions'),
    /** One folder an emergency session: the copy of the project, transcripts, audit, snapshots. */
    emergencySession: (incident: string, number: number) =>
      under('supervisor', 'sessions', number === 1 ? incident : `${incident}.${number}`),
    /** Symptom, cause, fix and proof of what emergency sessions have cured. */
    learnings: under('supervisor', 'learnings.jsonl'),
    /** A change that has cured something, by its name. */
    learnedFix: (id: string) => under('supervisor', 'fixes', `${id}.json`),
    lastKnownGoodEnv: under('supervisor', 'last-known-good.env'),
  };
}

/** Longest path a unix socket may have on Linux, bytes: `sun_path` is 108 with its NUL. */
export const SOCKET_PATH_LIMIT = 107;

/** Name of the emergency session and of its private tmux server, which lies in `emergencyRun` (TMUX_TMPDIR). */
export const EMERGENCY_TMUX = 'nanoclaw-emergency';
