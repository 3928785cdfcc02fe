/**
 * One run of Claude Code on one way to the model: the forwarder, the tmux window, the watch, the end.
 *
 * Invariant: when `follow` answers, nothing of the run is left, unless the supervisor lets go of it for the next one.
 */
import { EMERGENCY_TMUX } from '../../../contracts/paths.ts';
import type { Forwarder } from '../../../supervisor/ports/emergency.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import type { DeskParts } from '../parts.ts';
import type { SessionSandbox } from '../sandbox/session-sandbox.ts';
import { type Ending, endingOf } from './ending.ts';
import { ROOM_BYTES } from './folder-bytes.ts';
import type { SessionMemory } from './memory.ts';
import { type Places, placesOf } from './places.ts';
import { prepareCopy, writeOrder } from './prepare.ts';
import { Transcript } from './transcript.ts';
import { readEnd, type Stop, watchSession } from './watch.ts';
import type { Way } from './ways.ts';

/** How it ended by itself, or why it was ended. */
export type RunEnd = { ending: Ending } | { stop: Exclude<Stop, 'exited'> };

export type WayRunParts = {
  desk: DeskParts;
  sandbox: SessionSandbox;
  memory: SessionMemory;
  incident: string;
  report: (event: Report) => void;
  /** Whether a verb is at work. */
  isBusy(): boolean;
  /** Fires when the supervisor ends or lets go; `endsNow` says which. */
  signal: AbortSignal;
  endsNow(): boolean;
};

export class WayRun {
  #forwarder: Forwarder | null = null;

  constructor(readonly parts: WayRunParts) {}

  /** @throws when the sandbox cannot be started, or the disk refuses */
  async launch(way: Way): Promise<void> {
    const { desk, sandbox, memory, incident, report } = this.parts;
    const shape = way.credential.kind === 'oauth' ? 'sk-ant-oat01-' : 'sk-ant-api03-';
    const placeholder = { kind: way.credential.kind, value: `${shape}emergency-${desk.newToken()}` };
    memory.save({ leg: memory.state.leg + 1, way: way.name, placeholder, process: null });
    const places = this.#places();
    const limitSeconds = Math.max(1, (memory.state.deadline - desk.clock.now().wall) / 1000);
    await sandbox.end(places, null); // what a start that broke off has left would be a second session
    await prepareCopy(desk, places);
    writeOrder(desk, places, { placeholder, model: way.model, output: sandbox.output });
    await this.#openForwarder(way);
    memory.save({ process: await sandbox.start(places, limitSeconds) });
    const begun = `${way.name}, ${sandbox.kind}, tmux ${EMERGENCY_TMUX}; watch it with: nanoclaw attach`;
    const before = memory.state.failedWays.map((failed) => `; before it: ${failed.way} ${failed.reason}`);
    report({ kind: 'emergency_begun', incident, detail: begun + before.join('') });
  }

  /** @param way the one it runs on; null when it is not there any more */
  async follow(way: Way | null): Promise<RunEnd> {
    const { desk, sandbox, memory, signal, endsNow, isBusy, incident } = this.parts;
    const { process: running, deadline } = memory.state;
    if (running === null) return { ending: { kind: 'broken', detail: 'it was never started' } };
    if (way !== null && this.#forwarder === null) await this.#openForwarder(way);
    const places = this.#places();
    const transcript = new Transcript(places.transcript);
    const over = new AbortController();
    sandbox.listen(places, over.signal);
    const stop = await watchSession({
      ...{ clock: desk.clock, transcript, deadline, signal, isBusy },
      isAlive: () => sandbox.isAlive(running),
      fillsDisk: () => this.#fillsDisk(places),
      silentSeconds: desk.limits.silentSeconds,
      isNeeded: () => desk.around.view.openIncidents().some(({ id }) => id === incident),
    });
    const goesOn = stop === 'let_go' && !endsNow();
    if (!goesOn) await sandbox.end(places, running);
    over.abort();
    await this.#closeForwarder();
    if (goesOn) return { stop };
    const { progress, errors } = readEnd(places, transcript);
    this.#count(progress.turns);
    if (stop !== 'exited') return { stop };
    return { ending: endingOf(await sandbox.exitCode(places), progress.result, errors) };
  }

  /** Where nobody can tell it goes on: its time and money are bounded, and a disk that fills up is a fault of its own. */
  async #fillsDisk(places: Places): Promise<boolean> {
    try {
      return (await this.parts.sandbox.diskBytes(places, ROOM_BYTES)) > ROOM_BYTES;
    } catch (error) {
      this.parts.desk.log.warn(`emergency session: its room on disk is not known: ${String(error)}`);
      return false;
    }
  }

  async #openForwarder({ name, baseUrl, credential }: Way): Promise<void> {
    const { desk, memory } = this.parts;
    const { placeholder, spent, paidUsd } = memory.state;
    if (placeholder === null) return;
    this.#forwarder = await desk.startForwarder({
      ...{ socketPath: this.#places().brokerSocket, placeholder, baseUrl, credential, spentUsd: paidUsd },
      limitUsd: name === 'copilot' ? null : desk.limits.maxUsd - spent.costUsd,
      onSpent: (usd) => memory.save({ paidUsd: usd }),
    });
  }

  async #closeForwarder(): Promise<void> {
    const forwarder = this.#forwarder;
    this.#forwarder = null;
    await forwarder?.stop();
  }

  /** The money as the forwarder saw it: into its transcript the session can write what it likes. */
  #count(turns: number): void {
    const { memory } = this.parts;
    const { spent, paidUsd } = memory.state;
    memory.save({ spent: { turns: spent.turns + turns, costUsd: spent.costUsd + paidUsd }, paidUsd: 0 });
  }

  #places() {
    return placesOf(this.parts.desk.paths, this.parts.memory.state);
  }
}
