/** An installation with chats on all platforms, for quizzes. */
import { fileURLToPath } from 'node:url';
import { answer, question, questionsIn } from '../../quiz/words.ts';
import { createInstallation, type Installation, startWorld, type World } from '../installation.ts';
import { answerOpenQuestions } from './model.ts';
import { type Place, Quiz } from './quiz.ts';

const FAILPOINT = fileURLToPath(new URL('./failpoint.mjs', import.meta.url));

export type Arena = {
  world: World;
  installation: Installation;
  quiz: Quiz;
  places: Place[];
  stop(): Promise<void>;
};

/** Restarts at once and for ever, so that a test may kill as often as it likes. */
const PATIENT = { stableSeconds: 1, restart: { backoffSeconds: [0], budget: 10_000, windowSeconds: 1 } };

export type ArenaOptions = {
  /** Whether the orchestrator can be killed at a durable step. */
  failpoint?: boolean;
  /** What the supervisor goes by. */
  policy?: Record<string, unknown>;
  /** Questions that the light model answers. */
  light?: boolean;
};

/** @param chats how many on each platform */
export async function openArena(chats: number, options: ArenaOptions = {}): Promise<Arena> {
  const { failpoint = true, policy = PATIENT, light = false } = options;
  const slack = Array.from({ length: chats }, (_, index) => ({
    id: `C00QUIZ${index}`,
    name: `quiz-${index}`,
  }));
  const discord = slack.map(({ name }, index) => ({ id: `${1000000000000000500n + BigInt(index)}`, name }));
  const world = await startWorld({
    describe: { slack: { channels: slack }, discord: { channels: discord } },
  });
  world.anthropic.script.match(answerOpenQuestions);
  world.copilot.answerWith((asked) => questionsIn(asked).map(answer).join('\n'));
  const { addresses: at } = world;
  const env = {
    ...{ SLACK_API_URL: at.slack, SLACK_BOT_TOKEN: at.slackBotToken, SLACK_APP_TOKEN: at.slackAppToken },
    ...{ DISCORD_API_URL: at.discord, DISCORD_BOT_TOKEN: at.discordToken, NANOCLAW_SANDBOX: 'docker' },
    ...(light ? { COPILOT_API_URL: at.copilot } : {}),
  };
  const installation = await createInstallation({ world, env, policy });
  if (failpoint) installation.env.NODE_OPTIONS = `--import=${FAILPOINT}`;
  installation.start();
  await installation.up();
  const places: Place[] = [
    ...slack.map(({ id }) => ({ platform: 'slack' as const, chat: id })),
    ...discord.map(({ id }) => ({ platform: 'discord' as const, chat: id })),
    ...slack.map(({ name }) => ({ platform: 'local' as const, chat: name })),
  ];
  for (const place of places) await register(installation, place);
  const quiz = new Quiz(
    world,
    installation,
    light ? (number) => `translate "${question(number)}" to korean` : question,
  );
  const stop = async () => {
    await installation.stop();
    await world.stop();
  };
  return { world, installation, quiz, places, stop };
}

async function register(installation: Installation, { platform, chat }: Place): Promise<void> {
  const jid = { slack: chat, discord: `dc:${chat}`, local: `local:${chat}` }[platform];
  const group = { jid, name: chat, folder: `${platform}-${chat}` };
  const status = await installation.order('PUT', '/groups', group);
  if (status !== 200) throw new Error(`${jid} was not registered: ${status}`);
}
