/** Which sandbox a session gets here: the unit where it is installed, else bubblewrap; never one in place of the other. */
import { accessSync, constants } from 'node:fs';
import type { DeskParts } from '../parts.ts';
import { UNIT_FOLDER } from '../session/places.ts';
import type { SandboxKind } from '../session/state.ts';
import { bubblewrapSandbox } from './bubblewrap.ts';
import { findMeans, findTmux } from './means.ts';
import type { SandboxFound } from './session-sandbox.ts';
import { unitSandbox } from './unit.ts';

/** @param kind the one that a session runs in already */
export async function findSandbox(desk: DeskParts, kind = preferred(desk)): Promise<SandboxFound> {
  switch (kind) {
    case 'unit':
      return findUnit(desk);
    case 'bubblewrap': {
      const found = await findMeans(desk);
      return found.ok ? { ok: true, sandbox: bubblewrapSandbox(desk, found.means) } : found;
    }
  }
}

export function preferred({ unit }: Pick<DeskParts, 'unit'>): SandboxKind {
  return unit?.isInstalled() ? 'unit' : 'bubblewrap';
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
