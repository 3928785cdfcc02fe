/** What the engine calls a path of ours, when we are in one of its containers ourselves. Pure. */
import type { OwnContainer } from '../../../supervisor/ports/docker-engine.ts';

/**
 * A named volume counts as the folder in which the engine keeps it: so a part of it can be shown without the rest.
 * @param path absolute, without links @param own null: we see files as the engine does
 * @returns null where the path lies in no volume, and so in nothing that a sibling could be shown
 */
export function enginePath(path: string, own: Pick<OwnContainer, 'mounts'> | null): string | null {
  if (own === null) return path;
  const [mount] = own.mounts
    .filter(({ destination }) => isBelow(path, destination))
    .sort((one, other) => other.destination.length - one.destination.length);
  if (mount === undefined || mount.source === '') return null;
  const rest = path.slice(mount.destination.replace(/\/$/, '').length);
  return `${mount.source.replace(/\/$/, '')}${rest}`;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
