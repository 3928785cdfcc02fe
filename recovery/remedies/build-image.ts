/** Builds the agents' image when the engine has lost it, or when what is in it is damaged. */
import { join } from 'node:path';
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import { remedy } from './bounded.ts';
import { done, failed, nothingToDo, whyNot } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

/** From nothing, with a base to fetch, on a slow machine. */
const LIMIT_MS = 20 * 60_000;

export function buildImage(parts: RemedyParts) {
  const { settings, docker } = parts;
  return remedy('build_image', LIMIT_MS, async (_target, signal) => {
    const { image } = settings();
    if (await docker.hasImage(image, signal)) return nothingToDo(`the image ${image} is there`);
    const problem = await build(parts, [], signal);
    if (problem) return problem;
    if (!(await docker.hasImage(image, signal))) return failed(`${image} was built and is still missing`);
    return done(`${image} was missing and was built again`);
  });
}

type Needs = Pick<RemedyParts, 'installation' | 'environment' | 'settings' | 'runChild'>;

export function rebuildImage(parts: Needs) {
  return remedy('rebuild_image', LIMIT_MS, async (_target, signal) => {
    const problem = await build(parts, ['--force'], signal);
    return problem ?? done(`${parts.settings().image} was built anew`);
  });
}

/** Null when it is built. */
async function build(
  { installation, environment, settings, runChild }: Needs,
  options: readonly string[],
  signal: AbortSignal,
): Promise<RemedyOutcome | null> {
  const script = join(installation, 'container', 'build.sh');
  const child = { cwd: installation, environment: { ...environment, CONTAINER_IMAGE: settings().image } };
  const result = await runChild({ program: 'bash', args: [script, ...options], ...child }, signal);
  return result.kind === 'ended' && result.code === 0 ? null : whyNot('container/build.sh', result);
}
