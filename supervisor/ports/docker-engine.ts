import type { EngineFacts } from '../../contracts/sandbox-row.ts';

/** The few questions and orders the supervisor has for the Docker engine. */
export interface DockerEngine {
  /** Version of the engine. @throws EngineError when it does not answer in time */
  version(signal: AbortSignal): Promise<string>;
  /** @throws EngineError */
  hasImage(name: string, signal?: AbortSignal): Promise<boolean>;
  /** Where the engine keeps images and containers. @throws EngineError */
  rootFolder(signal: AbortSignal): Promise<string>;
  /** Removes all build cache that nothing uses; images and containers stay. Bytes freed. @throws EngineError */
  pruneBuildCache(signal: AbortSignal): Promise<number>;
}

/** The engine does not answer, or answers with a refusal; the message says which. */
export class EngineError extends Error {
  readonly code = 'ENGINE';
}

/** A container of the supervisor's own. Every call has a deadline of its own, and throws EngineError. */
export interface ContainerEngine extends Pick<DockerEngine, 'hasImage'> {
  /** Whether there is reason to ask at all. */
  isThere(): boolean;
  facts(): Promise<EngineFacts>;
  /** The container that we run in; null where this engine has none with us in it. */
  ownContainer(): Promise<OwnContainer | null>;
  /** @param options as `POST /containers/create` takes them @returns its id */
  create(name: string, options: object): Promise<string>;
  start(id: string): Promise<void>;
  /** By id or name; null when there is none. */
  look(id: string): Promise<ContainerState | null>;
  /** Ids of all containers with this label, also of ended ones. @param label `name=value` */
  list(label: string): Promise<string[]>;
  /** TERM, and KILL after so many seconds. One that has ended, or is not there, is no error. */
  stop(id: string, graceSeconds: number): Promise<void>;
  /** By force; one that is not there is no error. */
  remove(id: string): Promise<void>;
  /** What it has said and says, from its first word, until it has ended or the signal fires. */
  follow(id: string, take: TakeOutput, signal: AbortSignal): Promise<void>;
}

export type OwnContainer = {
  /** `source` is the engine's path; empty where it has none. */
  mounts: readonly { source: string; destination: string }[];
  /** What it says of its users' namespace; empty: as the engine does by itself. */
  usernsMode: string;
};

/** `exitCode` is null unless it has run and ended. */
export type ContainerState = { id: string; pid: number; isRunning: boolean; exitCode: number | null };

export type TakeOutput = (stream: 'stdout' | 'stderr', part: Buffer) => void;
