/**
 * A session in a container of its own, beside the supervisor's. It is the engine's, not the supervisor's child: it goes on
 * when the supervisor is replaced, and its words wait at the engine for the next one.
 *
 * Invariants: at most one at a time, since its name is always the same; what it said and how it ended are on record
 * before it is removed.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EngineFacts } from '../../../contracts/sandbox-row.ts';
import type { OwnContainer } from '../../../supervisor/ports/docker-engine.ts';
import type { DeskParts } from '../parts.ts';
import { folderBytes } from '../session/folder-bytes.ts';
import { pause } from '../session/pause.ts';
import { INSIDE, type Places } from '../session/places.ts';
import { makeFolder } from '../trial/copy-project.ts';
import { exitCodeIn } from './bubblewrap.ts';
import { containerName, containerSpec, DOCTOR_LABEL, type Shown } from './container-spec.ts';
import { keepWords } from './container-words.ts';
import { enginePath } from './engine-path.ts';
import { showScript } from './launch-script.ts';
import type { SessionSandbox } from './session-sandbox.ts';
import { type Tmux, tmuxIn } from './tmux.ts';

/** Claude Code writes its last lines in milliseconds. */
const GRACE_SECONDS = 3;
/** What it said last is with the engine when it has ended. */
const DRAIN_MS = 5000;

/** Where container/Dockerfile has them. */
const NODE = '/usr/local/bin/node';
const CLAUDE = `/opt/nanoclaw/node_modules/@anthropic-ai/claude-agent-sdk-linux-${process.arch}/claude`;

export type ContainerMeans = {
  tmux: string;
  facts: EngineFacts;
  own: OwnContainer | null;
  /** The home's, in the engine's words. */
  home: string;
};

export function containerSandbox(desk: DeskParts, means: ContainerMeans): SessionSandbox {
  const { engine, clock, log } = desk;
  const { tmux, facts, own, home } = means;
  const installation = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const name = containerName(installation);
  const tmuxOf = (places: Places) => tmuxIn(tmux, places.tmuxFolder);
  let heard: Promise<void> = Promise.resolve();
  return {
    kind: 'container',
    caveat: facts.lacks.length === 0 ? '' : `this engine does not keep: ${facts.lacks.join(', ')}`,
    output: null,
    async start(places, limitSeconds) {
      putFiles(desk, places);
      const order = { installation, image: desk.settings().image, uid: desk.uid, arch: process.arch };
      const shown = shownOf(desk, places, own);
      const id = await engine.create(name, containerSpec({ ...order, limitSeconds, shown, facts, own }));
      await engine.start(id);
      return { pid: (await engine.look(id))?.pid ?? 0, birth: id };
    },
    async isAlive({ birth }) {
      try {
        return birth !== null && (await engine.look(birth))?.isRunning === true;
      } catch {
        return true; // the engine does not answer: a fault of its own, and the session has its limit
      }
    },
    listen(places, signal) {
      heard = keepWords({ engine, clock, log }, { container: name, places, signal });
      showWords(tmuxOf(places), places).catch((error: Error) =>
        log.warn(`emergency session: ${error.message}`),
      );
    },
    async end(places) {
      try {
        await endContainer(desk, { name, places, heard });
      } catch (error) {
        log.error(`emergency session: ${(error as Error).message}`);
      }
      await tmuxOf(places).end();
    },
    exitCode: async ({ exit }) => exitCodeIn(exit),
    diskBytes: async ({ folder }, enough) => folderBytes(folder, enough),
    async clear(kept) {
      for (const id of await engine.list(`${DOCTOR_LABEL}=${installation}`))
        if (id !== kept?.birth) await engine.remove(id);
    },
  };
}

/** What else is shown than the folders that every session has. */
function putFiles({ bundle, uid }: DeskParts, { programs, temporary, exit }: Places): void {
  rmSync(exit, { force: true });
  rmSync(programs, { recursive: true, force: true });
  mkdirSync(programs, { mode: 0o755 });
  // Our own may lie in the image of our container, which the engine cannot show to another.
  copyFileSync(bundle, join(programs, 'inside.js'));
  symlinkSync(NODE, join(programs, 'node'));
  symlinkSync(CLAUDE, join(programs, 'claude'));
  makeFolder(temporary, uid);
}

/**
 * None of these is below a folder that the session can write to: a link that it puts there leads the engine nowhere.
 * @throws when a folder lies in no volume
 */
function shownOf({ installation }: DeskParts, places: Places, own: OwnContainer | null): Shown[] {
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

async function showWords(tmux: Tmux, places: Places): Promise<void> {
  if (await tmux.isOpen()) return;
  writeFileSync(places.launchScript, showScript(places), { mode: 0o700 });
  await tmux.start(places.launchScript);
}

type Ending = { name: string; places: Places; heard: Promise<void> };

/** @throws EngineError: what cannot be ended now is ended before the next session, or by its guard */
async function endContainer({ engine, clock }: DeskParts, { name, places, heard }: Ending): Promise<void> {
  const state = await engine.look(name);
  if (state === null) return;
  if (state.isRunning) await engine.stop(name, GRACE_SECONDS);
  if (state.exitCode !== null) writeFileSync(places.exit, String(state.exitCode), { mode: 0o600 });
  const drained = new AbortController();
  void heard.then(() => drained.abort());
  await pause(clock, DRAIN_MS, drained.signal);
  await engine.remove(name);
}
