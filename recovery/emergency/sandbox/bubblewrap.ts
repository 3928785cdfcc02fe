/** A session in bubblewrap: a child of the tmux window, with the supervisor's rights taken from it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskParts } from '../parts.ts';
import { endProcess, runningAs } from '../session/end-process.ts';
import { folderBytes } from '../session/folder-bytes.ts';
import type { Places } from '../session/places.ts';
import { sandboxCommand, sandboxOptions } from './arguments.ts';
import { keyringFilter } from './keyring-filter.ts';
import { launchScript } from './launch-script.ts';
import type { Means } from './means.ts';
import type { SessionSandbox } from './session-sandbox.ts';
import { tmuxIn } from './tmux.ts';

/** A supervisor looks three times as often. */
const ROOM_LOOK_SECONDS = 30;

export function bubblewrapSandbox(desk: DeskParts, means: Means): SessionSandbox {
  const tmuxOf = (places: Places) => tmuxIn(means.tmux, places.tmuxFolder);
  return {
    kind: 'bubblewrap',
    caveat: '',
    output: null,
    async start(places, limitSeconds) {
      writeLaunch(desk, { places, means, limitSeconds });
      return runningAs(desk.process, await tmuxOf(places).start(places.launchScript));
    },
    isAlive: async ({ pid, birth }) => desk.process.isAlive(pid, birth),
    // Its script keeps the words, and all of it ends with its window.
    listen: () => undefined,
    clear: async () => undefined,
    async end(places, running) {
      if (running !== null && !(await endProcess(desk, running)))
        desk.log.error(`emergency session: pid ${running.pid} does not end`);
      await tmuxOf(places).end();
    },
    exitCode: async ({ exit }) => exitCodeIn(exit),
    diskBytes: async ({ folder }, enough) => folderBytes(folder, enough),
  };
}

/** Of the run that has ended by itself; null when none is on record. */
export function exitCodeIn(path: string): number | null {
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
}

type LaunchParts = { places: Places; means: Means; limitSeconds: number };

function writeLaunch(desk: DeskParts, { places, means, limitSeconds }: LaunchParts): void {
  const { node, bundle, uid, installation } = desk;
  const modules = join(installation, 'node_modules');
  const options = sandboxOptions({
    ...{ places, means, node, bundle, uid },
    modules: existsSync(modules) ? modules : null,
  });
  const filter = keyringFilter(process.arch);
  const all = filter === null ? options : ['--seccomp', '8', ...options];
  writeFileSync(places.sandboxArguments, `${all.join('\0')}\0`, { mode: 0o600 });
  writeFileSync(places.sandboxFilter, filter ?? '', { mode: 0o600 });
  rmSync(places.exit, { force: true });
  const command = sandboxCommand(uid);
  const room = { command: [node, bundle, 'emergency-room', places.folder], everySeconds: ROOM_LOOK_SECONDS };
  const script = launchScript({ places, bwrap: means.bwrap, command, limitSeconds, room });
  writeFileSync(places.launchScript, script, { mode: 0o700 });
}
