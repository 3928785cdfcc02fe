/**
 * Where a drill plays: a whole installation with a home, ports and user folder of its own, stand-ins for the outside
 * world behind it, and people who ask questions in it.
 *
 * Invariant: nothing of the machine's own installation takes part. No setting of the caller's environment gets in, the
 * agents run in bubblewrap, and no engine of containers is reachable.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { IncidentSummary } from '../../contracts/incident.ts';
import type { ServiceState, SystemStatus } from '../../contracts/status.ts';
import { createInstallation, type Installation, startWorld, type World } from '../e2e/installation.ts';
import { answerOpenQuestions } from '../e2e/quiz/model.ts';
import { type Place, Quiz } from '../e2e/quiz/quiz.ts';
import { until } from '../e2e/until.ts';
import type { Matcher } from '../world/anthropic.ts';
import { isGone, killIfThere, processesOf } from './processes.ts';

/** Two levels up is the checkout, from here and from dist/drills/ alike. */
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PRELOADED = ['tests/drills/inject.mjs', 'tests/e2e/quiz/failpoint.mjs'].map(at);

/** What a process needs of its caller to run at all. */
const PASSED_ON: ReadonlySet<string> = new Set([
  ...['PATH', 'LANG', 'LC_ALL', 'USER', 'HOME', 'NO_COLOR'],
  ...['NANOCLAW_HOME', 'NANOCLAW_PORT', 'NANOCLAW_PAGE_PORT'],
]);

/**
 * Short waits, so that a drill takes seconds. What would turn load into a fault is as long as in an installation: a
 * channel's client alone is loaded in one piece, which takes seconds where thirty programs want two processors.
 */
export const DRILL_POLICY = {
  hang: { limitSeconds: 10 },
  health: { intervalSeconds: 0.5, timeoutSeconds: 2, recheckMs: 100 },
  start: { stuckSeconds: 15 },
  stop: { killAfterSeconds: 1, drainSeconds: 10 },
  restart: { backoffSeconds: [0, 0.2], budget: 4, windowSeconds: 120 },
  stableSeconds: 2,
  // The third tier has drills of its own.
  emergency: { perDay: 0 },
};

/** No wait of a drill takes longer, seconds: it ends on the event. A remedy's effect is awaited for up to 120 s. */
export const PATIENCE_SECONDS = 240;

export type SceneOptions = {
  /** Beside the local chat, which is always there. */
  platforms?: readonly ('slack' | 'discord')[];
  policy?: Record<string, unknown>;
  /** Lines of `.env`. */
  env?: Record<string, string>;
  /** Whether the drill starts the installation itself. */
  startsItself?: boolean;
};

const SLACK_CHAT = 'C00DRILL00';
const DISCORD_CHAT = '1000000000000000500';

export class Scene {
  /** Wall clock, milliseconds; null before the fault. */
  injectedAt: number | null = null;
  readonly quiz: Quiz;
  /** What the model says to what is no question of the quiz; asked first. */
  model: Matcher = () => null;
  readonly #cleanups: Array<() => unknown> = [];

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
    this.installation.start();
    await this.installation.up({ seconds: PATIENCE_SECONDS });
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
    await this.inject(() => writeFileSync(file, point));
    await this.until(() => !existsSync(file), 'it did not die');
  }

  /** Resolves when it is gone. */
  async killSupervisor(): Promise<void> {
    const pid = (await this.installation.status())?.supervisor.pid;
    if (pid === undefined) throw new Error('no supervisor answers');
    process.kill(pid, 'SIGKILL');
    await this.until(() => isGone(pid), 'the supervisor does not die');
  }

  /** Both at one moment. */
  async killBoth(): Promise<void> {
    const pid = this.installation.pid();
    await this.inject(() => Promise.all([this.killSupervisor(), process.kill(pid, 'SIGKILL')]));
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

  async close(): Promise<void> {
    await this.installation.halt();
    for (const pid of processesOf(this.home)) killIfThere(pid);
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    await this.installation.stop();
    await this.world.stop();
  }

  async #register({ platform, chat }: Place): Promise<void> {
    const jid = { slack: chat, discord: `dc:${chat}`, local: `local:${chat}` }[platform];
    const group = { jid, name: chat, folder: `${platform}-drill` };
    const status = await this.installation.order('PUT', '/groups', group);
    if (status !== 200) throw new Error(`${jid} was not registered: ${status}`);
  }
}

/** @param open where it is kept from its first process on */
export async function openScene(options: SceneOptions = {}, open = new Set<Scene>()): Promise<Scene> {
  const platforms = options.platforms ?? [];
  const world = await startWorld({
    describe: {
      slack: { channels: [{ id: SLACK_CHAT, name: 'drill' }] },
      discord: { channels: [{ id: DISCORD_CHAT, name: 'drill' }] },
    },
  });
  const installation = await createInstallation({
    world,
    policy: { ...DRILL_POLICY, ...options.policy },
    env: { ...worldSettings(world, platforms), ...options.env },
  });
  isolate(installation.env);
  const chats = { slack: SLACK_CHAT, discord: DISCORD_CHAT, local: 'drill' };
  const places = [...platforms, 'local' as const].map((platform) => ({ platform, chat: chats[platform] }));
  const scene = new Scene(world, installation, places);
  world.anthropic.script.match((request) => scene.model(request));
  world.anthropic.script.match(answerOpenQuestions);
  open.add(scene);
  try {
    if (options.startsItself !== true) await scene.open();
  } catch (error) {
    if (open.delete(scene)) await scene.close();
    throw error;
  }
  return scene;
}

function worldSettings({ addresses: to }: World, platforms: readonly string[]): Record<string, string> {
  const slack = {
    SLACK_API_URL: to.slack,
    SLACK_BOT_TOKEN: to.slackBotToken,
    SLACK_APP_TOKEN: to.slackAppToken,
  };
  const discord = { DISCORD_API_URL: to.discord, DISCORD_BOT_TOKEN: to.discordToken };
  return {
    ...{ NANOCLAW_SANDBOX: 'bubblewrap', CLAUDE_OAUTH_TOKEN_URL: to.oauth, THREADS_API_URL: to.threads },
    ...(platforms.includes('slack') ? slack : {}),
    ...(platforms.includes('discord') ? discord : {}),
  };
}

function isolate(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (!PASSED_ON.has(name)) delete env[name];
  const temporary = join(env.HOME ?? '', 'tmp');
  mkdirSync(temporary);
  env.TMPDIR = temporary;
  env.DOCKER_HOST = 'unix:///nonexistent/docker.sock';
  env.NODE_OPTIONS = PRELOADED.map((path) => `--import=${path}`).join(' ');
}
