/** Restarts a Docker engine that does not answer. Its containers end with it; their turns are tried again. */
import { EngineError } from '../../supervisor/ports/docker-engine.ts';
import type { RemedyParts } from './parts.ts';
import { restartUnit } from './restart-unit.ts';

export function restartDocker(parts: RemedyParts) {
  const look = async (signal: AbortSignal) => {
    try {
      return `Docker ${await parts.docker.version(signal)} answers`;
    } catch (error) {
      if (error instanceof EngineError) return null; // the very thing it is about
      throw error;
    }
  };
  return restartUnit(parts, {
    name: 'restart_docker',
    unit: 'docker',
    byHand: 'sudo systemctl restart docker',
    look,
  });
}
