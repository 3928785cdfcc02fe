/** Builds the agents' image when the engine has lost it. */
import { join } from 'node:path';
import { remedy } from './bounded.ts';
import { done, failed, nothingToDo, whyNot } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

/** From nothing, with a base to fetch, on a slow machine. */
const LIMIT_MS = 20 * 60_000;

export function buildImage({ installation, environment, settings, docker, runChild }: RemedyParts) {
  return remedy('build_image', LIMIT_MS, async (_target, signal) => {
    const { image } = settings();
    if (await docker.hasImage(image, signal)) return nothingToDo(`the image ${image} is there`);
    const script = join(installation, 'container', 'build.sh');
    const child = { cwd: installation, environment: { ...environment, CONTAINER_IMAGE: image } };
    const result = await runChild({ program: 'bash', args: [script], ...child }, signal);
    if (result.kind !== 'ended' || result.code !== 0) return whyNot('container/build.sh', result);
    if (!(await docker.hasImage(image, signal))) return failed(`${image} was built and is still missing`);
    return done(`${image} was missing and was built again`);
  });
}
