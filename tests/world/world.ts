/** The test world: every outside service this project talks to, as a stand-in on loopback, and its control. */
import { startAnthropic, WORLD_API_KEY, WORLD_OAUTH_TOKEN } from './anthropic.ts';
import { startControl } from './control.ts';
import { startCopilot } from './copilot/copilot.ts';
import { type DiscordDescription, WORLD_DISCORD_BOT_TOKEN } from './discord/description.ts';
import { startDiscord } from './discord/discord.ts';
import { startOauth } from './sign-in/oauth.ts';
import { startThreads } from './sign-in/threads.ts';
import { type SlackDescription, WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from './slack/description.ts';
import { startSlack } from './slack/slack.ts';
import { startWebhook } from './webhook.ts';

export type WorldOptions = {
  port?: number;
  /** Other chats and people than the usual ones. */
  describe?: { slack?: Partial<SlackDescription>; discord?: Partial<DiscordDescription> };
};

/** With a port, control takes it and the stand-ins take the ones above; without, all are free ones. */
export async function startWorld(options: WorldOptions = {}) {
  const { describe = {} } = options;
  const port = (offset: number) => (options.port ? options.port + offset : 0);
  const oauth = await startOauth({ port: port(7) });
  // What the one grants, the other accepts.
  oauth.store.accessTokens.push(WORLD_OAUTH_TOKEN);
  const anthropic = await startAnthropic({ port: port(1), oauthTokens: oauth.store.accessTokens });
  const webhook = await startWebhook({ port: port(2) });
  const discord = await startDiscord({
    port: port(3),
    gatewayPort: port(4),
    describe: describe.discord ?? {},
  });
  const slack = await startSlack({ port: port(5), socketPort: port(6), describe: describe.slack ?? {} });
  const copilot = await startCopilot({ port: port(9) });
  const threads = await startThreads({ port: port(8) });
  const standIns = { anthropic, webhook, discord, slack, copilot, oauth, threads };
  const control = await startControl(standIns, port(0));
  return {
    ...standIns,
    control,
    /** What a person or a program needs to use it; the credentials are worthless anywhere else. */
    addresses: {
      control: control.url,
      anthropic: anthropic.url,
      webhook: webhook.webhookUrl,
      discord: discord.apiUrl,
      slack: slack.apiUrl,
      copilot: copilot.url,
      oauth: oauth.tokenUrl,
      threads: threads.url,
      oauthToken: WORLD_OAUTH_TOKEN,
      apiKey: WORLD_API_KEY,
      discordToken: WORLD_DISCORD_BOT_TOKEN,
      slackBotToken: WORLD_SLACK_BOT_TOKEN,
      slackAppToken: WORLD_SLACK_APP_TOKEN,
    },
    async stop(): Promise<void> {
      await Promise.all([control, ...Object.values(standIns)].map((part) => part.stop()));
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;
