/** Puts a session's folder together: the copy, the order, the brief, the script that starts it. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionOf } from '../../../contracts/action.ts';
import { createRedact } from '../../../contracts/redact.ts';
import type { ModelCredential } from '../../../supervisor/ports/emergency.ts';
import type { DeskParts } from '../parts.ts';
import { sandboxCommand, sandboxOptions } from '../sandbox/arguments.ts';
import { launchScript } from '../sandbox/launch-script.ts';
import type { Means } from '../sandbox/means.ts';
import { copyProject, makeFolder } from '../trial/copy-project.ts';
import { evidence } from '../verbs/evidence.ts';
import { describeInstallation } from '../verbs/installation.ts';
import { writeBrief } from './brief.ts';
import { findAlike, readLearnings } from './learnings.ts';
import { insideOrder, mcpConfig } from './order.ts';
import type { Places } from './places.ts';
import { symptomOf } from './symptom.ts';

export type Order = ActionOf<'start_emergency'>;

/** Once a session: the copy and the brief. @throws when the disk refuses */
export async function prepareSession(desk: DeskParts, places: Places, order: Order): Promise<void> {
  const { installation, uid } = desk;
  // Of a start that broke off before anything ran.
  for (const old of [places.project, places.scratch, places.order])
    rmSync(old, { recursive: true, force: true });
  mkdirSync(places.folder, { recursive: true, mode: 0o700 });
  mkdirSync(places.tmuxFolder, { recursive: true, mode: 0o700 });
  chmodSync(places.tmuxFolder, 0o700);
  mkdirSync(places.doors, { recursive: true, mode: 0o755 });
  mkdirSync(places.order, { recursive: true, mode: 0o755 });
  const manifest = await copyProject({ from: installation, to: places.project, uid });
  makeFolder(join(places.project, 'node_modules'), uid);
  makeFolder(places.scratch, uid);
  writeFileSync(places.manifest, JSON.stringify(manifest), { mode: 0o600 });
  writeFileSync(places.brief, await briefFor(desk, order), { mode: 0o644 });
}

async function briefFor(desk: DeskParts, order: Order): Promise<string> {
  const { paths, installation, limits, around, settings } = desk;
  const { incident, cause, detail, limitSeconds } = order;
  const redact = createRedact(settings().secrets);
  const events = around.incident(incident);
  return writeBrief({
    ...{ incident, cause, detail, events, redact },
    log: await evidence('service_log', { paths, installation, around, incident, redact }),
    installation: describeInstallation({ installation, paths }),
    learnings: findAlike(symptomOf(order), readLearnings(paths.learnings)),
    tries: limits.tries,
    minutes: Math.max(1, Math.round(limitSeconds / 60)),
  });
}

export type Launch = {
  means: Means;
  placeholder: ModelCredential;
  model: string | null;
  limitSeconds: number;
};

/** For each way to the model: how Claude Code is started on it. */
export function writeLaunch(desk: DeskParts, places: Places, launch: Launch): void {
  const { limits, node, bundle, uid, installation } = desk;
  const { means, placeholder, model, limitSeconds } = launch;
  const modules = join(installation, 'node_modules');
  const inside = (name: string, content: object) =>
    writeFileSync(join(places.order, name), JSON.stringify(content), { mode: 0o644 });
  inside('order.json', insideOrder({ limits, placeholder, model }));
  inside('mcp.json', mcpConfig());
  const sandbox = sandboxOptions({
    ...{ places, means, node, bundle, uid },
    modules: existsSync(modules) ? modules : null,
  });
  writeFileSync(places.sandboxArguments, `${sandbox.join('\0')}\0`, { mode: 0o600 });
  for (const old of [places.exit, places.transcript, places.errors]) rmSync(old, { force: true });
  writeFileSync(
    places.launchScript,
    launchScript({ places, bwrap: means.bwrap, command: sandboxCommand(uid), limitSeconds }),
    { mode: 0o700 },
  );
}
