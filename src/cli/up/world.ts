/** The stand-ins for the outside world as a child process, for `up --world`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';

export type RunningWorld = {
  /** Settings that point the product at the stand-ins. */
  environment: Record<string, string>;
  /** Where faults are ordered. */
  control: string;
  stop(): Promise<void>;
};

type Addresses = Record<
  | 'control'
  | 'anthropic'
  | 'webhook'
  | 'apiKey'
  | 'discord'
  | 'discordToken'
  | 'slack'
  | 'slackBotToken'
  | 'slackAppToken'
  | 'copilot',
  string
>;

/** The stand-ins are up within a fraction of a second; this is for a machine under heavy load. */
const START_TIMEOUT_MS = 15_000;

/**
 * @param program path of `dist/world.js`, which prints its addresses as one JSON line
 * @throws Error when it ends or says nothing in time
 */
export async function startWorld(program: string): Promise<RunningWorld> {
  // In a process group of its own: Ctrl-C must reach the stand-ins last, after the service has drained.
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const { control, anthropic, webhook, apiKey, ...chats } = await readAddresses(child);
  return {
    control,
    environment: {
      ANTHROPIC_BASE_URL: anthropic,
      ANTHROPIC_API_KEY_FALLBACK: apiKey,
      DISCORD_WEBHOOK_URL: webhook,
      DISCORD_API_URL: chats.discord,
      DISCORD_BOT_TOKEN: chats.discordToken,
      SLACK_API_URL: chats.slack,
      SLACK_BOT_TOKEN: chats.slackBotToken,
      SLACK_APP_TOKEN: chats.slackAppToken,
      COPILOT_API_URL: chats.copilot,
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function readAddresses(child: ChildProcess): Promise<Addresses> {
  if (child.stdout === null) throw new Error('the stand-ins have no output');
  const lines = readline.createInterface({ input: child.stdout });
  const late = AbortSignal.timeout(START_TIMEOUT_MS);
  const [line] = await Promise.race([
    once(lines, 'line', { signal: late }),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the stand-ins ended with code ${code}`))),
  ]);
  return JSON.parse(String(line)) as Addresses;
}
