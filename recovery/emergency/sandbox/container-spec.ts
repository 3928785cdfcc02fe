/**
 * A session's container as the Docker engine wants it. Pure. As an agent's: no network, no capability, no new privilege, a
 * read-only root, the default seccomp and AppArmor profiles; and a session's own: what is in `shown`, and limits that hold
 * for all its processes together.
 */
import type { EngineFacts } from '../../../contracts/sandbox-row.ts';
import type { OwnContainer } from '../../../supervisor/ports/docker-engine.ts';
import { INSIDE } from '../session/places.ts';
import {
  DATA_BYTES,
  FILE_BYTES,
  NOBODY,
  PROCESSES,
  SESSION_COMMAND,
  SESSION_VARIABLES,
} from './arguments.ts';
import { guarded } from './container-guard.ts';

/** By which a session's container is known again. Another than the agents' one: they are listed and stopped by theirs. */
export const DOCTOR_LABEL = 'nanoclaw.doctor';

/** Of the engine's user in all, agents' included, where a container's cannot be counted. */
const SHARED_PROCESSES = 4096;

export type Shown = { source: string; target: string; writable: boolean };
export type ContainerOrder = {
  /** Tells the homes on one engine apart. */
  installation: string;
  image: string;
  /** The supervisor's. */
  uid: number;
  arch: NodeJS.Architecture;
  limitSeconds: number;
  /** The engine's paths, and those inside. */
  shown: readonly Shown[];
  facts: Pick<EngineFacts, 'rootless' | 'remapped' | 'lacks'>;
  own: Pick<OwnContainer, 'usernsMode'> | null;
};

/** Without `nanoclaw-` in it: who stops all agents by that name does not stop what repairs them. */
export function containerName(installation: string): string {
  return `nanoclaw_doctor_${installation}`;
}

/** The body of `POST /containers/create`. @throws on an architecture that is not known */
export function containerSpec(order: ContainerOrder) {
  const { installation, image } = order;
  const [program, ...rest] = guarded(SESSION_COMMAND, order);
  return {
    Image: image,
    Entrypoint: [program],
    Cmd: rest,
    User: userInside(order),
    Hostname: 'doctor',
    WorkingDir: INSIDE.project,
    Env: Object.entries(SESSION_VARIABLES).map(([name, value]) => `${name}=${value}`),
    Labels: { [DOCTOR_LABEL]: installation },
    HostConfig: hostConfig(order),
  };
}

/**
 * As root the session is nobody; else it is the supervisor's own user, whose files these are. That user is root inside an
 * engine without root, unless we are in a container of that engine and count users as it does.
 */
export function userInside({ uid, facts, own }: Pick<ContainerOrder, 'uid' | 'facts' | 'own'>): string {
  if (own === null && facts.rootless) return '0:0';
  return `${uid === 0 ? NOBODY : uid}:${NOBODY}`;
}

function hostConfig({ shown, facts, own }: ContainerOrder) {
  const { lacks, remapped } = facts;
  const usernsMode = own === null ? (remapped ? 'host' : '') : own.usernsMode;
  return {
    // Kept after its end until its exit code and its last words are read.
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    // The guard is the first process, and does what an init would.
    Init: false,
    NetworkMode: 'none',
    // No /dev/shm: what lies there would be memory that no limit of the disk counts.
    IpcMode: 'none',
    UsernsMode: usernsMode,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    PidsLimit: PROCESSES,
    Memory: DATA_BYTES,
    // The same number means no swap on top.
    MemorySwap: DATA_BYTES,
    // One core; an engine that cannot limit it refuses to.
    ...(lacks.includes('cpu') ? {} : { NanoCpus: 1e9 }),
    OomScoreAdj: 1000,
    Ulimits: [
      { Name: 'fsize', Soft: FILE_BYTES, Hard: FILE_BYTES },
      { Name: 'core', Soft: 0, Hard: 0 },
      // As little to write to as /dev/shm: /dev/mqueue is there in any container.
      { Name: 'msgqueue', Soft: 0, Hard: 0 },
      // In the place of the limit of all where the engine has none: of each process.
      ...(lacks.includes('memory') ? [{ Name: 'data', Soft: DATA_BYTES, Hard: DATA_BYTES }] : []),
      ...(lacks.includes('processes')
        ? [{ Name: 'nproc', Soft: SHARED_PROCESSES, Hard: SHARED_PROCESSES }]
        : []),
    ],
    // `local` keeps bytes as they are; `json-file` would cut long lines within a letter.
    LogConfig: { Type: 'local', Config: { 'max-size': '32m', 'max-file': '2' } },
    Mounts: shown.map(({ source, target, writable }) => ({
      ...{ Type: 'bind', Source: source, Target: target, ReadOnly: !writable },
      BindOptions: { NonRecursive: true },
    })),
  };
}
