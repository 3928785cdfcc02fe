/** Puts a session's folder together: the copy, the order, the brief, the script that starts it. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionOf } from '../../../contracts/action.ts';
import { createRedact } from '../../../contracts/redact.ts';
import { removeFolder } from '../../../contracts/remove-folder.ts';
import type { DeskParts } from '../parts.ts';
import { copyProject, makeFolder } from '../trial/copy-project.ts';
import { evidence } from '../verbs/evidence.ts';
import { describeInstallation } from '../verbs/installation.ts';
import { writeBrief } from './brief.ts';
import { findAlike, readLearnings } from './learnings.ts';
import { insideOrder, mcpConfig, type OrderParts } from './order.ts';
import type { Places } from './places.ts';

export type Order = ActionOf<'start_emergency'>;

/** Once a session: its folders and the brief. @throws when the disk refuses */
export async function prepareSession(
  desk: DeskParts,
  places: Places,
  { order, symptom }: { order: Order; symptom: string },
): Promise<void> {
  mkdirSync(places.folder, { recursive: true, mode: 0o700 });
  mkdirSync(places.tmuxFolder, { recursive: true, mode: 0o700 });
  chmodSync(places.tmuxFolder, 0o700);
  mkdirSync(places.doors, { recursive: true, mode: 0o755 });
  mkdirSync(places.order, { recursive: true, mode: 0o755 });
  writeFileSync(places.brief, await briefFor(desk, order, symptom), { mode: 0o644 });
}

/**
 * For each way to the model: the copy as the installation is now, and an empty scratch. What the model before it had half
 * done would be taken for the installation's own, and its settings for Claude Code would be obeyed.
 * @throws when the disk refuses
 */
export async function prepareCopy({ installation, uid }: DeskParts, places: Places): Promise<void> {
  for (const old of [places.copy, places.scratch, places.temporary]) await removeFolder(old);
  const manifest = await copyProject({ from: installation, to: places.copy, uid });
  makeFolder(join(places.copy, 'node_modules'), uid);
  makeFolder(places.scratch, uid);
  writeFileSync(places.manifest, JSON.stringify(manifest), { mode: 0o600 });
}

async function briefFor(desk: DeskParts, order: Order, symptom: string): Promise<string> {
  const { paths, installation, limits, around, settings } = desk;
  const { incident, cause, detail, limitSeconds } = order;
  const redact = createRedact(settings().secrets);
  const events = around.incident(incident);
  return writeBrief({
    ...{ incident, cause, detail, events, redact },
    log: await evidence('service_log', { paths, installation, around, incident, redact }),
    installation: describeInstallation({ installation, paths }),
    learnings: findAlike(symptom, readLearnings(paths.learnings)),
    tries: limits.tries,
    minutes: Math.max(1, Math.round(limitSeconds / 60)),
  });
}

/** For each way to the model: what is started inside, and how. */
export function writeOrder({ limits }: DeskParts, places: Places, order: Omit<OrderParts, 'limits'>): void {
  const inside = (name: string, content: object) =>
    writeFileSync(join(places.order, name), JSON.stringify(content), { mode: 0o644 });
  inside('order.json', insideOrder({ limits, ...order }));
  inside('mcp.json', mcpConfig());
  for (const old of [places.transcript, places.errors]) rmSync(old, { force: true });
}
