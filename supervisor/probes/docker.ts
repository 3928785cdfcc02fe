/**
 * The Docker engine answers, and has the agents' image. Of the image nothing is known while the engine is away. One
 * question finds out both: an engine that knows whether it has the image works.
 */
import { type DockerEngine, EngineError } from '../ports/docker-engine.ts';
import type { Probe, Sighting } from './codes.ts';

const INTERVAL_MS = 15_000;

export type DockerParts = {
  engine: Pick<DockerEngine, 'hasImage'>;
  /** Whether agents run in Docker at all, and in which image. */
  settings(): { usesDocker: boolean; image: string };
};

export function dockerProbe({ engine, settings }: DockerParts): Probe {
  return {
    name: 'docker',
    intervalMs: INTERVAL_MS,
    async look(signal) {
      const { usesDocker, image } = settings();
      if (!usesDocker) return NOT_USED;
      try {
        const isThere = await engine.hasImage(image, signal);
        return [sighting('docker_down', true, 'the Docker engine answers'), imageSighting(image, isThere)];
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        return [sighting('docker_down', false, error.message)];
      }
    },
  };
}

const NOT_USED = (['docker_down', 'image_missing'] as const).map((code) =>
  sighting(code, true, 'agents do not run in Docker'),
);

function imageSighting(image: string, isThere: boolean): Sighting {
  return sighting('image_missing', isThere, isThere ? `${image} is there` : `there is no image ${image}`);
}

function sighting(code: 'docker_down' | 'image_missing', isWell: boolean, detail: string): Sighting {
  return { code, target: null, state: isWell ? 'good' : 'bad', detail };
}
