/**
 * What a group's agents may do and use: `container_config` of `registered_groups`, and what
 * `nanoclaw groups add … --config FILE.json` takes. Every part has a default, so `{}` is a whole configuration.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { EFFORTS } from './effort.ts';

export const EGRESS_POLICIES = ['public', 'allowlist', 'none'] as const;

const MB = 1024 * 1024;
const port = z.number().int().min(1).max(65535);

/** `example.com` means that host alone, `*.example.com` every host below it. */
const hostPattern = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'is no host: write example.com, or *.example.com for the hosts below it',
  );

/** An address of a private network with its port, opened on purpose. Never a name: nobody's DNS decides. */
const privateAddress = z
  .string()
  .refine((text) => splitAddress(text) !== null, 'is no address with a port: write 192.168.1.10:8080');

export const egressSchema = z
  .strictObject({
    policy: z.enum(EGRESS_POLICIES).default('public'),
    hosts: z.array(hostPattern).max(500).default([]),
    ports: z.array(port).min(1).max(50).default([80, 443]),
    private: z.array(privateAddress).max(50).default([]),
    /** Connections at the same time. A browser opens some thirty for a page. */
    maxOpen: z.number().int().min(1).max(1000).default(64),
    /** Both directions together. */
    mbPerDay: z.number().positive().max(1_000_000).default(5000),
    /** Longest life of one connection. */
    maxMinutes: z
      .number()
      .positive()
      .max(24 * 60)
      .default(60),
  })
  .refine(({ policy, hosts }) => policy !== 'allowlist' || hosts.length > 0, {
    message: 'the policy "allowlist" needs hosts',
    path: ['hosts'],
  })
  .refine(({ policy, hosts }) => policy === 'allowlist' || hosts.length === 0, {
    message: 'hosts count only with the policy "allowlist"',
    path: ['hosts'],
  });
export type EgressConfig = z.infer<typeof egressSchema>;

export const extraMountSchema = z.strictObject({
  /** Absolute, or below the home folder with `~/`. */
  hostPath: z
    .string()
    .regex(/^(\/|~\/)/, 'is no absolute path')
    .max(1000),
  /** The folder's name below /workspace/extra; the last part of `hostPath` when it is not given. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'may hold letters, digits, "_", "." and "-"')
    .optional(),
  readonly: z.boolean().default(true),
});
export type ExtraMount = z.infer<typeof extraMountSchema>;

export const containerConfigSchema = z.strictObject({
  egress: egressSchema.prefault({}),
  model: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/, 'is no name of a model')
    .nullable()
    .default(null),
  effort: z.enum(EFFORTS).nullable().default(null),
  /** Claude Code alone takes 250 MB. */
  memoryMb: z
    .number()
    .int()
    .min(512)
    .max(1024 * 1024)
    .nullable()
    .default(null),
  cpus: z.number().min(0.1).max(256).nullable().default(null),
  pids: z.number().int().min(64).max(100_000).nullable().default(null),
  /** What the group's folder and its Claude state may hold together. */
  diskMb: z.number().int().min(50).max(10_000_000).default(5000),
  /** Longest turn; no longer than CONTAINER_TIMEOUT has any effect. */
  timeoutMinutes: z
    .number()
    .positive()
    .max(24 * 60)
    .nullable()
    .default(null),
  /** Per local day and group; null = no limit. */
  budget: z
    .strictObject({
      usdPerDay: z.number().positive().max(100_000).nullable().default(null),
      tokensPerDay: z.number().int().positive().nullable().default(null),
    })
    .prefault({}),
  /** Whether the agents may read Threads and draft posts for it; null = only the group named `threads`. */
  threads: z.boolean().nullable().default(null),
  additionalMounts: z.array(extraMountSchema).max(20).default([]),
});
export type ContainerConfig = z.infer<typeof containerConfigSchema>;

export const DEFAULT_CONFIG: ContainerConfig = containerConfigSchema.parse({});

export type ReadConfig = { ok: true; config: ContainerConfig } | { ok: false; problem: string };

/** Of the database's text; null is the default. Never throws: one bad row must not stop the other groups. */
export function readContainerConfig(text: string | null): ReadConfig {
  if (text === null) return { ok: true, config: DEFAULT_CONFIG };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is no JSON' };
  }
  const parsed = containerConfigSchema.safeParse(value);
  return parsed.success
    ? { ok: true, config: parsed.data }
    : { ok: false, problem: describeProblems(parsed.error) };
}

/** `egress.hosts: the policy "allowlist" needs hosts; …` */
export function describeProblems(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
    .join('; ');
}

/** `address:port`, IPv6 in brackets; null when it is none. */
export function splitAddress(text: string): { address: string; port: number } | null {
  const found = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/i.exec(text);
  const address = found?.[1] ?? found?.[2] ?? '';
  const number = Number(found?.[3]);
  return isIP(address) !== 0 && number >= 1 && number <= 65535 ? { address, port: number } : null;
}

export const diskBytes = ({ diskMb }: Pick<ContainerConfig, 'diskMb'>): number => diskMb * MB;

export const bytesPerDay = (egress: EgressConfig): number => egress.mbPerDay * MB;
