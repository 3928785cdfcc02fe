/**
 * A session in a container of its own, beside the supervisor's. It is the engine's, not the supervisor's child: it goes on
 * when the supervisor is replaced, and its words wait at the engine for the next one.
 *
 * Invariants: at most one at a time, since its name is always the same; what it said and how it ended are on record
 * before it is removed.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { EngineFacts } from '../../../contracts/sandbox-row.ts';
import type { OwnContainer } from '../../../supervisor/ports/docker-engine.ts';
import type { DeskParts } from '../parts.ts';
import type { Running } from '../session/end-process.ts';
import { folderBytes } from '../session/folder-bytes.ts';
import { pause } from '../session/pause.ts';
import type { Places } from '../session/places.ts';
import { exitCodeIn } from './bubblewrap.ts';
import { putFiles, shownOf } from './container-files.ts';
import { containerName, containerSpec, DOCTOR_LABEL } from './container-spec.ts';
import { keepWords } from './container-words.ts';
import { showScript } from './launch-script.ts';
import type { SessionSandbox } from './session-sandbox.ts';
import { type Tmux, tmuxIn } from './tmux.ts';

/** Claude Code writes its last lines in milliseconds. */
const GRACE_SECONDS = 3;
/** What it said last is with the engine when it has ended. */
const DRAIN_MS = 5000;

export type ContainerMeans = {
  tmux: string;
  facts: EngineFacts;
  own: OwnContainer | null;
  /** The home's, in the engine's words. */
  home: string;
};

export class ContainerSandbox implements SessionSandbox {
  readonly kind = 'container';
  readonly output = null;
  readonly #installation: string;
  readonly #name: string;
  #heard: Promise<void> = Promise.resolve();

  constructor(
    readonly desk: DeskParts,
    readonly means: ContainerMeans,
  ) {
    this.#installation = createHash('sha256').update(means.home).digest('hex').slice(0, 12);
    this.#name = containerName(this.#installation);
  }

  get caveat(): string {
    const { lacks } = this.means.facts;
    return lacks.length === 0 ? '' : `this engine does not keep: ${lacks.join(', ')}`;
  }

  async start(places: Places, limitSeconds: number): Promise<Running> {
    const { engine, settings, uid } = this.desk;
    const { facts, own } = this.means;
    putFiles(this.desk, places);
    const place = { installation: this.#installation, image: settings().image, uid, arch: process.arch };
    const shown = shownOf(this.desk, places, own);
    const spec = containerSpec({ ...place, limitSeconds, shown, facts, own });
    const id = await engine.create(this.#name, spec);
    await engine.start(id);
    return { pid: (await engine.look(id))?.pid ?? 0, birth: id };
  }

  async isAlive({ birth }: Running): Promise<boolean> {
    try {
      return birth !== null && (await this.desk.engine.look(birth))?.isRunning === true;
    } catch {
      return true; // the engine does not answer: a fault of its own, and the session has its limit
    }
  }

  listen(places: Places, signal: AbortSignal): void {
    this.#heard = keepWords(this.desk, { container: this.#name, places, signal });
    showWords(this.#tmuxOf(places), places).catch((error: Error) =>
      this.desk.log.warn(`emergency session: ${error.message}`),
    );
  }

  async end(places: Places): Promise<void> {
    try {
      await endContainer(this.desk, { name: this.#name, places, heard: this.#heard });
    } catch (error) {
      this.desk.log.error(`emergency session: ${(error as Error).message}`);
    }
    await this.#tmuxOf(places).end();
  }

  async exitCode({ exit }: Places): Promise<number | null> {
    return exitCodeIn(exit);
  }

  async diskBytes({ folder }: Places, enough: number): Promise<number> {
    return folderBytes(folder, enough);
  }

  async clear(kept: Running | null): Promise<void> {
    const { engine } = this.desk;
    for (const id of await engine.list(`${DOCTOR_LABEL}=${this.#installation}`))
      if (id !== kept?.birth) await engine.remove(id);
  }

  #tmuxOf({ tmuxFolder }: Places): Tmux {
    return tmuxIn(this.means.tmux, tmuxFolder);
  }
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
