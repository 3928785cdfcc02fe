/**
 * Which sandbox a session gets here. The unit where it is installed, and never another in its place. Else, where the
 * supervisor runs in a container of an engine that answers: a container beside it, or bubblewrap; anywhere else bubblewrap,
 * or a container. The first that can be made is taken; a session that runs stays where it is.
 */
import { accessSync, constants, realpathSync } from 'node:fs';
import type { DeskParts } from '../parts.ts';
import { UNIT_FOLDER } from '../session/places.ts';
import type { SandboxKind } from '../session/state.ts';
import { bubblewrapSandbox } from './bubblewrap.ts';
import { ContainerSandbox } from './container.ts';
import { enginePath } from './engine-path.ts';
import { findMeans, findTmux } from './means.ts';
import type { SandboxFound } from './session-sandbox.ts';
import { unitSandbox } from './unit.ts';

/** @param running the one that a session runs in already */
export async function findSandbox(desk: DeskParts, running?: SandboxKind): Promise<SandboxFound> {
  const reasons = new Set<string>();
  for (const kind of running ? [running] : await kindsHere(desk)) {
    const found = await findKind(desk, kind);
    if (found.ok) return found;
    reasons.add(found.reason);
  }
  return { ok: false, reason: [...reasons].join('; ') };
}

/** In the order in which they are tried. */
export async function kindsHere({
  unit,
  engine,
}: Pick<DeskParts, 'unit' | 'engine'>): Promise<SandboxKind[]> {
  if (unit?.isInstalled()) return ['unit'];
  if (!engine.isThere()) return ['bubblewrap'];
  const own = await engine.ownContainer().catch(() => null); // it is asked again, and then its silence is a reason
  return own === null ? ['bubblewrap', 'container'] : ['container', 'bubblewrap'];
}

async function findKind(desk: DeskParts, kind: SandboxKind): Promise<SandboxFound> {
  switch (kind) {
    case 'unit':
      return findUnit(desk);
    case 'bubblewrap': {
      const found = await findMeans(desk);
      return found.ok ? { ok: true, sandbox: bubblewrapSandbox(desk, found.means) } : found;
    }
    case 'container':
      return findContainer(desk).catch((error: Error) => ({ ok: false, reason: error.message }));
  }
}

/** @throws EngineError */
async function findContainer(desk: DeskParts): Promise<SandboxFound> {
  const { engine, searchPath, paths, uid } = desk;
  const { image } = desk.settings();
  const tmux = findTmux(searchPath);
  if (tmux === null) return { ok: false, reason: 'not installed: tmux' };
  const [facts, own, hasImage] = await Promise.all([
    engine.facts(),
    engine.ownContainer(),
    engine.hasImage(image),
  ]);
  if (!hasImage) return { ok: false, reason: `there is no image ${image}: run container/build.sh` };
  if (facts.rootless && own === null && uid === 0)
    return { ok: false, reason: 'this Docker engine runs without root and cannot be given what root owns' };
  const home = enginePath(realpathSync(paths.home), own);
  if (home === null) return { ok: false, reason: `${paths.home} lies in no volume, so no container sees it` };
  return { ok: true, sandbox: new ContainerSandbox(desk, { tmux, facts, own, home }) };
}

function findUnit(desk: DeskParts): SandboxFound {
  const { unit, searchPath } = desk;
  const tmux = findTmux(searchPath);
  if (unit === null) return { ok: false, reason: 'its unit is not ours to start' };
  if (tmux === null) return { ok: false, reason: 'not installed: tmux' };
  try {
    accessSync(UNIT_FOLDER, constants.R_OK | constants.X_OK);
  } catch (error) {
    return { ok: false, reason: `${UNIT_FOLDER} is closed: ${(error as Error).message}` };
  }
  return { ok: true, sandbox: unitSandbox(desk, { unit, tmux }) };
}
