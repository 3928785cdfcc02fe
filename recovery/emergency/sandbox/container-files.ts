/** The files of a session that its container is shown: what is put there for it, and what the engine calls their places. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnContainer } from '../../../supervisor/ports/docker-engine.ts';
import type { DeskParts } from '../parts.ts';
import { INSIDE, type Places } from '../session/places.ts';
import { makeFolder } from '../trial/copy-project.ts';
import type { Shown } from './container-spec.ts';
import { enginePath } from './engine-path.ts';

/** Where container/Dockerfile has them. */
const NODE = '/usr/local/bin/node';
const CLAUDE = `/opt/nanoclaw/node_modules/@anthropic-ai/claude-agent-sdk-linux-${process.arch}/claude`;

/** What else is shown than the folders that every session has. */
export function putFiles({ bundle, uid }: DeskParts, { programs, temporary, exit }: Places): void {
  rmSync(exit, { force: true });
  rmSync(programs, { recursive: true, force: true });
  mkdirSync(programs, { mode: 0o755 });
  // Our own may lie in the image of our container, which the engine cannot show to another.
  copyFileSync(bundle, join(programs, 'inside.js'));
  chmodSync(join(programs, 'inside.js'), 0o644);
  symlinkSync(NODE, join(programs, 'node'));
  symlinkSync(CLAUDE, join(programs, 'claude'));
  makeFolder(temporary, uid);
}

/**
 * None of these is below a folder that the session can write to: a link that it puts there leads the engine nowhere.
 * @throws when a folder lies in no volume
 */
export function shownOf({ installation }: DeskParts, places: Places, own: OwnContainer | null): Shown[] {
  const show = (path: string, target: string, writable: boolean): Shown => {
    const source = enginePath(realpathSync(path), own);
    if (source === null) throw new Error(`${path} lies in no volume: a container beside ours cannot see it`);
    return { source, target, writable };
  };
  const modules = join(installation, 'node_modules');
  const isShowable = existsSync(modules) && enginePath(realpathSync(modules), own) !== null;
  return [
    show(places.project, INSIDE.project, true),
    show(places.scratch, INSIDE.scratch, true),
    show(places.temporary, INSIDE.temporary, true),
    show(places.order, INSIDE.order, false),
    show(places.doors, INSIDE.doors, false),
    show(places.programs, INSIDE.programs, false),
    ...(isShowable ? [show(modules, `${INSIDE.project}/node_modules`, false)] : []),
  ];
}
