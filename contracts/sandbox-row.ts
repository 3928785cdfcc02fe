/** How far a machine lets agents be kept in their place: the rows of the table in docs/security.md. */
import * as z from 'zod';

export const SANDBOX_ROWS = [
  'docker',
  'docker-limited',
  'docker-rootless',
  'bubblewrap',
  'bubblewrap-root',
  'none',
] as const;
export type SandboxRow = (typeof SANDBOX_ROWS)[number];

export const ENGINE_GUARDS = ['cpu', 'memory', 'processes', 'seccomp'] as const;
export type EngineGuard = (typeof ENGINE_GUARDS)[number];

export type EngineFacts = {
  version: string;
  rootless: boolean;
  /** Whether containers' users are others on the host (`userns-remap`) unless they ask for the host's. */
  remapped: boolean;
  lacks: readonly EngineGuard[];
};

/** What an engine without a cgroup driver cannot limit, whatever else it says of itself. */
const NEEDS_CGROUPS: readonly EngineGuard[] = ['cpu', 'memory', 'processes'];

/** Of the engine's `GET /info`. A field that an engine does not tell is taken as there: it would not start agents else. */
const infoSchema = z.object({
  ServerVersion: z.string().default('?'),
  SecurityOptions: z.array(z.string()).nullish(),
  CpuCfsQuota: z.boolean().default(true),
  MemoryLimit: z.boolean().default(true),
  PidsLimit: z.boolean().default(true),
  CgroupDriver: z.string().default(''),
});

/** Null when it is no such answer. */
export function readEngineInfo(info: unknown): EngineFacts | null {
  const parsed = infoSchema.safeParse(info);
  if (!parsed.success) return null;
  const { ServerVersion: version, SecurityOptions, CgroupDriver, ...limits } = parsed.data;
  const options = SecurityOptions ?? [];
  const has = (name: string) => options.some((option) => option.split(',').includes(`name=${name}`));
  const guards: Record<EngineGuard, boolean> = {
    cpu: limits.CpuCfsQuota,
    memory: limits.MemoryLimit,
    processes: limits.PidsLimit,
    seccomp: has('seccomp'),
  };
  const hasCgroups = CgroupDriver !== 'none';
  const isLacking = (guard: EngineGuard) => !guards[guard] || (!hasCgroups && NEEDS_CGROUPS.includes(guard));
  const lacks = ENGINE_GUARDS.filter(isLacking);
  return { version, rootless: has('rootless'), remapped: has('userns'), lacks };
}

export function rowOfEngine({ rootless, lacks }: EngineFacts): SandboxRow {
  if (rootless) return 'docker-rootless';
  return lacks.length > 0 ? 'docker-limited' : 'docker';
}
