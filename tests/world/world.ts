/** The test world: every outside service this project talks to, as a stand-in on loopback, and its control. */
import { startAnthropic, WORLD_API_KEY, WORLD_OAUTH_TOKEN } from './anthropic.ts';
import { startControl } from './control.ts';
import { startWebhook } from './webhook.ts';

/** With a port, control takes it and the stand-ins take the ones above; without, all are free ones. */
export async function startWorld(options: { port?: number } = {}) {
  const port = (offset: number) => (options.port ? options.port + offset : 0);
  const anthropic = await startAnthropic({ port: port(1) });
  const webhook = await startWebhook({ port: port(2) });
  const control = await startControl({ anthropic, webhook }, port(0));
  return {
    anthropic,
    webhook,
    control,
    /** What a person or a program needs to use it; the credentials are worthless anywhere else. */
    addresses: {
      control: control.url,
      anthropic: anthropic.url,
      webhook: webhook.webhookUrl,
      oauthToken: WORLD_OAUTH_TOKEN,
      apiKey: WORLD_API_KEY,
    },
    async stop(): Promise<void> {
      await Promise.all([control.stop(), anthropic.stop(), webhook.stop()]);
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;
