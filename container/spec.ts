/**
 * An agent's spec as the Docker engine wants it. Pure. Everything that keeps an agent in its place is in here: no
 * network, no capability, no new privilege, a read-only root, limits, and the default seccomp profile (kept by
 * not naming another).
 */
import type { ContainerCreateOptions } from 'dockerode';
import type { EngineFacts } from '../contracts/sandbox-row.ts';
import { limitsOn, userInside } from './engine-kinds.ts';
import { agentEnvironment, agentName, INSIDE } from './inside.ts';
import type { Mount } from './mounts.ts';
import type { AgentSpec } from './sandbox.ts';

/** Labels by which containers are known again. */
export const LABEL = {
  installation: 'nanoclaw.installation',
  group: 'nanoclaw.group',
  agent: 'nanoclaw.agent',
  log: 'nanoclaw.log',
} as const;

/**
 * Scratch space, bytes; it counts against the memory limit as far as it is used. Claude Code was seen to work
 * (Bash, Read of an image, session files) with both mounted noexec.
 */
const SCRATCH = 'rw,noexec,nosuid,nodev,size=268435456';

/** What the engine keeps of an agent's output: more than our own log's limit, so that a restart loses none of it. */
const ENGINE_LOG = { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '2' } };

/** `installation` tells two homes on one engine apart. */
export type ContainerPlace = { installation: string; image: string; engine: EngineFacts };

/**
 * @param mounts of the spec, resolved (mounts.ts)
 */
export function containerOptions(
  spec: AgentSpec,
  mounts: readonly Mount[],
  place: ContainerPlace,
): ContainerCreateOptions {
  const { uid, gid } = userInside(spec, place.engine);
  return {
    name: agentName(spec),
    Image: place.image,
    User: `${uid}:${gid}`,
    Hostname: 'agent',
    WorkingDir: INSIDE.group,
    Env: Object.entries(agentEnvironment(spec)).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [LABEL.installation]: place.installation,
      [LABEL.group]: spec.group,
      [LABEL.agent]: spec.agentId,
      [LABEL.log]: spec.logFile,
    },
    HostConfig: hostConfig({ ...spec, uid, gid }, mounts, place.engine),
  };
}

function hostConfig(
  spec: AgentSpec,
  mounts: readonly Mount[],
  engine: EngineFacts,
): ContainerCreateOptions['HostConfig'] {
  return {
    // Kept after its end until the exit code and the memory flag are read.
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    // Reaps what the agent's commands leave behind, and passes TERM on.
    Init: true,
    NetworkMode: 'none',
    IpcMode: 'private',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    Tmpfs: {
      '/tmp': `${SCRATCH},mode=1777`,
      [INSIDE.home]: `${SCRATCH},mode=0700,uid=${spec.uid},gid=${spec.gid}`,
    },
    ...limitsOn(spec, engine),
    LogConfig: ENGINE_LOG,
    Mounts: mounts.map(({ source, target, writable }) => ({
      Type: 'bind',
      Source: source,
      Target: target,
      ReadOnly: !writable,
    })),
  };
}
