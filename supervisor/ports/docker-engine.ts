/** The few questions and orders the supervisor has for the Docker engine. */
export interface DockerEngine {
  /** Version of the engine. @throws EngineError when it does not answer in time */
  version(signal: AbortSignal): Promise<string>;
  /** @throws EngineError */
  hasImage(name: string, signal: AbortSignal): Promise<boolean>;
  /** Where the engine keeps images and containers. @throws EngineError */
  rootFolder(signal: AbortSignal): Promise<string>;
  /** Removes all build cache that nothing uses; images and containers stay. Bytes freed. @throws EngineError */
  pruneBuildCache(signal: AbortSignal): Promise<number>;
}

/** The engine does not answer, or answers with a refusal; the message says which. */
export class EngineError extends Error {
  readonly code = 'ENGINE';
}
