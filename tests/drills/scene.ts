/**
 * Where a drill plays: a whole installation with a home, ports and user folder of its own, stand-ins for the outside
 * world behind it, and people who ask questions in it. How it is made: open-scene.ts.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncidentSummary } from '../../contracts/incident.ts';
import type { ServiceState, SystemStatus } from '../../contracts/status.ts';
import type { Installation, World } from '../e2e/installation.ts';
import { type Place, Quiz } from '../e2e/quiz/quiz.ts';
import { until } from '../e2e/until.ts';
import type { Matcher } from '../world/anthropic.ts';
import { isGone, processesOf, signalAll } from './processes.ts';

/** No wait of a drill takes longer, seconds: it ends on the event. A remedy's effect is awaited for up to 120 s. */
export const PATIENCE_SECONDS = 240;

/** For faults that nothing but an unanswered question gives away: well above what an answer takes under load. */
export const ANSWERED_WITHIN = { idleSeconds: 40, busySeconds: 40 };

export class Scene {
  /** What both processes took from their start to the first good look, seconds; null before it. */
  startSeconds: number | null = null;
  /** Wall clock, milliseconds; null before the fault. */
  injectedAt: number | null = null;
  readonly quiz: Quiz;
  /** What the model says to what is no question of the quiz; asked first. */
  model: Matcher = () => null;
  readonly #cleanups: Array<() => unknown> = [];
  readonly #farewells: Array<() => unknown> = [];

  constructor(
    readonly world: World,
    readonly installation: Installation,
    readonly places: readonly Place[],
  ) {
    this.quiz = new Quiz(world, installation);
  }

  get home(): string {
    return this.installation.home;
  }

  /** Starts everything, and waits until every chat is registered and was answered in. */
  async open(): Promise<void> {
    const began = performance.now();
    this.installation.start();
    await this.installation.up({ seconds: PATIENCE_SECONDS });
    this.startSeconds = (performance.now() - began) / 1000;
    await this.register();
    await this.askEverywhere();
  }

  /** Makes a group of each chat; of one that is a group already nothing changes. */
  async register(): Promise<void> {
    for (const place of this.places) await this.#register(place);
  }

  /** A question in every chat, and its answer. */
  async askEverywhere(): Promise<void> {
    for (const place of this.places) this.quiz.ask(place);
    await this.quiz.settled(PATIENCE_SECONDS);
  }

  ask(platform: Place['platform'] = 'local'): number {
    const place = this.places.find((one) => one.platform === platform);
    if (place === undefined) throw new Error(`the scene has no chat on ${platform}`);
    return this.quiz.ask(place);
  }

  /** The moment from which everything is counted. */
  async inject(fault: () => unknown): Promise<void> {
    this.injectedAt = Date.now();
    await fault();
  }

  /** Has the running orchestrator strike itself. */
  strike(name: string): Promise<void> {
    return this.inject(() => writeFileSync(join(this.home, 'inject'), name));
  }

  /** Gives the orchestrators that start from now on another wall clock, milliseconds since the epoch. */
  setClock(at: number): void {
    writeFileSync(join(this.home, 'inject-clock'), String(at - Date.now()));
  }

  /** Sets the wall clock of both processes that run, milliseconds ahead of the true one. */
  jumpClock(aheadMs: number): void {
    writeFileSync(join(this.home, 'inject-jump'), String(aheadMs));
  }

  /** Makes the next so many starts fail. */
  spoilStarts(name: string, count: number): void {
    writeFileSync(join(this.home, 'inject-start'), `${name} ${count}`);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.inject(() => process.kill(this.installation.pid(), signal));
  }

  /** Has it killed at a durable step (tests/e2e/quiz/failpoint.mjs); resolves when it has begun to die. */
  async dieAt(point: string): Promise<void> {
    const file = join(this.home, 'failpoint');
    writeFileSync(file, point);
    await this.until(() => !existsSync(file), 'it did not die');
    await this.inject(() => undefined);
  }

  /** Resolves when it is gone. */
  async killSupervisor(): Promise<void> {
    const pid = await this.#supervisorPid();
    process.kill(pid, 'SIGKILL');
    await this.until(() => isGone(pid), 'the supervisor does not die');
  }

  /** Both at one moment; neither of them, nor who starts them again, sees what is done `unseen` just before. */
  async killBoth(unseen: () => unknown = () => undefined): Promise<void> {
    const supervisor = await this.#supervisorPid();
    const pids = [supervisor, this.installation.pid()];
    await this.inject(async () => {
      signalAll(pids, 'SIGSTOP');
      await unseen();
      signalAll(pids, 'SIGKILL');
    });
    await this.until(() => pids.every(isGone), 'they do not die');
  }

  /** Changes a file of the home behind the back of everybody. */
  rewrite(path: string, change: (text: string) => string): void {
    writeFileSync(path, change(readFileSync(path, 'utf8')), { mode: 0o600 });
  }

  async status(wanted: (status: SystemStatus) => boolean, what: string): Promise<SystemStatus> {
    const { installation } = this;
    const look = async () => {
      const status = await installation.status();
      return status !== null && wanted(status) ? status : null;
    };
    return until(look, PATIENCE_SECONDS, () => `${what}:\n${installation.output.slice(-3000)}`);
  }

  state(state: ServiceState): Promise<SystemStatus> {
    return this.status(({ service }) => service.state === state, `never ${state}`);
  }

  /** Waits until so many incidents were closed and none is open. */
  async healed(count = 1): Promise<readonly IncidentSummary[]> {
    const isOver = ({ incidents }: SystemStatus) =>
      incidents.length >= count && incidents.every(({ state }) => state === 'closed');
    return (await this.status(isOver, `not ${count} closed incidents`)).incidents;
  }

  until<T>(look: () => Promise<T | null | false> | T | null | false, what: string): Promise<T> {
    return until(look, PATIENCE_SECONDS, () => `${what}\n${this.installation.output.slice(-3000)}`);
  }

  /** Lets time pass in which nothing may happen. */
  quiet(seconds: number): Promise<void> {
    return sleep(seconds * 1000);
  }

  /** New messages at the webhook, without edits. */
  told(): string[] {
    const { deliveries } = this.world.webhook;
    return deliveries.flatMap(({ kind, payload }) => (kind === 'message' ? [JSON.stringify(payload)] : []));
  }

  /** Runs at the end, the last one first, when everything has been stopped. */
  atEnd(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  /** Runs at the end, while everything still runs: what it takes to stop it well. */
  beforeEnd(farewell: () => unknown): void {
    this.#farewells.push(farewell);
  }

  async close(): Promise<void> {
    for (const farewell of this.#farewells) await farewell();
    await this.installation.halt();
    signalAll(processesOf(this.home), 'SIGKILL');
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    await this.installation.stop();
    await this.world.stop();
  }

  async #supervisorPid(): Promise<number> {
    const pid = (await this.installation.status())?.supervisor.pid;
    if (pid === undefined) throw new Error('no supervisor answers');
    return pid;
  }

  async #register({ platform, chat }: Place): Promise<void> {
    const jid = { slack: chat, discord: `dc:${chat}`, local: `local:${chat}` }[platform];
    const group = { jid, name: chat, folder: `${platform}-drill` };
    const status = await this.installation.order('PUT', '/groups', group);
    if (status !== 200) throw new Error(`${jid} was not registered: ${status}`);
  }
}
