/**
 * A session in `nanoclaw-emergency.service`: a user, a root and a control group of its own. The root helper starts and
 * stops it; what it says comes through two pipes into a window of ours.
 *
 * Invariant: a stop of the unit ends its whole control group, so what a session hid from its parents ends too.
 */
import { execFile } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { promisify } from 'node:util';
import type { EmergencyUnit } from '../../../supervisor/ports/emergency.ts';
import type { DeskParts } from '../parts.ts';
import { runningAs } from '../session/end-process.ts';
import { folderBytes } from '../session/folder-bytes.ts';
import { INSIDE, type Places } from '../session/places.ts';
import { listenScript } from './launch-script.ts';
import type { SessionSandbox } from './session-sandbox.ts';
import { tmuxIn } from './tmux.ts';

/** The window ends with the pipes, some milliseconds after the unit. */
const DRAIN_MS = 3000;
/** Making two pipes. */
const PIPES_MS = 10_000;

export type UnitParts = { unit: EmergencyUnit; tmux: string };

export function unitSandbox(desk: DeskParts, { unit, tmux }: UnitParts): SessionSandbox {
  const tmuxOf = (places: Places) => tmuxIn(tmux, places.tmuxFolder);
  return {
    kind: 'unit',
    caveat: '',
    output: { words: INSIDE.output, errors: INSIDE.errors },
    async start(places) {
      await unit.stop(); // one that goes on would be taken for this session
      linkPresent(places);
      await makePipes(places);
      writeFileSync(places.launchScript, listenScript(places), { mode: 0o700 });
      await tmuxOf(places).start(places.launchScript);
      return runningAs(desk.process, await unit.start());
    },
    isAlive: async ({ pid, birth }) => desk.process.isAlive(pid, birth),
    // Its pipes end in the window; the unit and that live on together.
    listen: () => undefined,
    clear: async () => undefined,
    async end(places) {
      await unit.stop().catch((error: Error) => desk.log.error(`emergency session: ${error.message}`));
      await tmuxOf(places).untilOver(desk.clock, DRAIN_MS);
      await tmuxOf(places).end();
    },
    exitCode: () => unit.exitCode(),
    diskBytes: async ({ folder }, enough) => folderBytes(folder, enough) + (await unit.diskBytes()),
  };
}

/** The unit's file names one place; which session lies there is ours to say. */
function linkPresent({ presentSession, folder }: Places): void {
  rmSync(presentSession, { force: true });
  symlinkSync(relative(dirname(presentSession), folder), presentSession);
}

/** The session may write into them; who may come here is decided by the folder around. */
async function makePipes({ output, outputErrors }: Places): Promise<void> {
  const pipes = [output, outputErrors];
  for (const pipe of pipes) rmSync(pipe, { force: true });
  await promisify(execFile)('mkfifo', pipes, { timeout: PIPES_MS });
  for (const pipe of pipes) chmodSync(pipe, 0o622);
}
