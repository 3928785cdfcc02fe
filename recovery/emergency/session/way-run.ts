/**
 * One run of Claude Code on one way to the model: the forwarder, the tmux window, the watch, the end.
 *
 * Invariant: when `follow` answers, nothing of the run is left, unless the supervisor lets go of it for the next one.
 */
import { EMERGENCY_TMUX } from '../../../contracts/paths.ts';
import type { Forwarder } from '../../../supervisor/ports/emergency.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import type { DeskParts } from '../parts.ts';
import type { Means } from '../sandbox/means.ts';
import { tmuxIn } from '../sandbox/tmux.ts';
import { endProcess } from './end-process.ts';
import { type Ending, endingOf } from './ending.ts';
import type { SessionMemory } from './memory.ts';
import { placesOf } from './places.ts';
import { writeLaunch } from './prepare.ts';
import { Transcript } from './transcript.ts';
import { readEnd, type Stop, watchSession } from './watch.ts';
import type { Way } from './ways.ts';

/** How it ended by itself, or why it was ended. */
export type RunEnd = { ending: Ending } | { stop: Exclude<Stop, 'exited'> };

export type WayRunParts = {
  desk: DeskParts;
  means: Means;
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

  /** @throws TmuxError, or when the disk refuses */
  async launch(way: Way): Promise<void> {
    const { desk, means, memory, incident, report } = this.parts;
    const shape = way.credential.kind === 'oauth' ? 'sk-ant-oat01-' : 'sk-ant-api03-';
    const placeholder = { kind: way.credential.kind, value: `${shape}emergency-${desk.newToken()}` };
    memory.save({ leg: memory.state.leg + 1, way: way.name, placeholder, process: null });
    const places = this.#places();
    const limitSeconds = Math.max(1, (memory.state.deadline - desk.clock.now().wall) / 1000);
    writeLaunch(desk, places, { means, placeholder, model: way.model, limitSeconds });
    const tmux = tmuxIn(means.tmux, places.tmuxFolder);
    await tmux.end(); // what a start that broke off has left would be a second session
    await this.#openForwarder(way);
    const pid = await tmux.start(places.launchScript);
    memory.save({ process: { pid, birth: desk.process.birthOf(pid) } });
    const detail = `${way.name}, tmux ${EMERGENCY_TMUX}; watch it with: nanoclaw attach`;
    report({ kind: 'emergency_begun', incident, detail });
  }

  /** @param way the one it runs on; null when it is not there any more */
  async follow(way: Way | null): Promise<RunEnd> {
    const { desk, memory, signal, endsNow, isBusy, incident } = this.parts;
    const { process: running, deadline } = memory.state;
    if (running === null) return { ending: { kind: 'broken', detail: 'it was never started' } };
    if (way !== null && this.#forwarder === null) await this.#openForwarder(way);
    const places = this.#places();
    const transcript = new Transcript(places.transcript);
    const stop = await watchSession({
      ...{ clock: desk.clock, process: desk.process, running, places, transcript, deadline, signal, isBusy },
      silentSeconds: desk.limits.silentSeconds,
      isNeeded: () => desk.around.view.openIncidents().some(({ id }) => id === incident),
    });
    const goesOn = stop === 'let_go' && !endsNow();
    if (!goesOn) await this.#end(running);
    const paidUsd = await this.#closeForwarder();
    if (goesOn) return { stop };
    const { code, progress, errors } = readEnd(places, transcript);
    // The session can write into its transcript; what was paid is at least what the forwarder saw.
    this.#count(progress.turns, Math.max(paidUsd, progress.result?.total_cost_usd ?? 0));
    return stop === 'exited' ? { ending: endingOf(code, progress.result, errors) } : { stop };
  }

  async #end(running: { pid: number; birth: string | null }): Promise<void> {
    const { desk, means } = this.parts;
    if (!(await endProcess(desk, running)))
      desk.log.error(`emergency session: pid ${running.pid} does not end`);
    await tmuxIn(means.tmux, this.#places().tmuxFolder).end();
  }

  async #openForwarder({ name, baseUrl, credential }: Way): Promise<void> {
    const { desk, memory } = this.parts;
    const { placeholder, spent } = memory.state;
    if (placeholder === null) return;
    const socketPath = this.#places().brokerSocket;
    const limitUsd = name === 'copilot' ? null : desk.limits.maxUsd - spent.costUsd;
    this.#forwarder = await desk.startForwarder({ socketPath, placeholder, baseUrl, credential, limitUsd });
  }

  /** What was paid, US dollars. */
  async #closeForwarder(): Promise<number> {
    const forwarder = this.#forwarder;
    this.#forwarder = null;
    await forwarder?.stop();
    return forwarder?.spentUsd() ?? 0;
  }

  #count(turns: number, costUsd: number): void {
    const { spent } = this.parts.memory.state;
    this.parts.memory.save({ spent: { turns: spent.turns + turns, costUsd: spent.costUsd + costUsd } });
  }

  #places() {
    return placesOf(this.parts.desk.paths, this.parts.memory.state);
  }
}
