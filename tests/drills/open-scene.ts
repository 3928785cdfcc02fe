/**
 * Opens the installation that a drill plays in.
 *
 * Invariant: nothing of the machine's own installation takes part. No setting of the caller's environment gets in, the
 * agents run in bubblewrap, and no engine of containers is reachable. (A drill about the engine makes itself a door.)
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInstallation, Installation, startWorld, type World } from '../e2e/installation.ts';
import { answerOpenQuestions } from '../e2e/quiz/model.ts';
import type { Manager } from './drill.ts';
import { Scene } from './scene.ts';
import { SystemdInstallation } from './systemd-installation.ts';

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
  // Three answers that do not come take longer than a hang.
  health: { intervalSeconds: 0.5, timeoutSeconds: 4, recheckMs: 100 },
  stop: { killAfterSeconds: 1, drainSeconds: 10 },
  restart: { backoffSeconds: [0, 0.2], budget: 4, windowSeconds: 120 },
  stableSeconds: 2,
  // A probe that looks every half a minute has to see a fault twice, and its end twice.
  probePace: 0.2,
  // The third tier has drills of its own.
  emergency: { perDay: 0 },
};

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

/** Whose hands start and end its processes. */
const KINDS = { child: Installation, systemd: SystemdInstallation } as const;

/** @param open where it is kept from its first process on */
export async function openScene(
  options: SceneOptions = {},
  manager: Manager = 'child',
  open = new Set<Scene>(),
): Promise<Scene> {
  const platforms = options.platforms ?? [];
  const world = await startWorld({
    describe: {
      slack: { channels: [{ id: SLACK_CHAT, name: 'drill' }] },
      discord: { channels: [{ id: DISCORD_CHAT, name: 'drill' }] },
    },
  });
  const settings = {
    world,
    policy: { ...DRILL_POLICY, ...options.policy },
    env: { ...worldSettings(world, platforms), ...options.env },
  };
  const installation = await createInstallation(settings, KINDS[manager]);
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
