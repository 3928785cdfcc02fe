/** `nanoclaw channels [status]`: how the ways to the chat platforms are, by the orchestrator's own word. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { CliError, UnreachableError } from '../errors.ts';
import { renderComponents } from '../status/render.ts';
import { askReadiness } from './health.ts';

const PREFIX = 'channel:';
const ANSWER_TIMEOUT_MS = 3000;

export async function channelsStatus(context: Context, json: boolean): Promise<number> {
  const { terminal, texts } = context;
  const readiness = await askReadiness(context, ANSWER_TIMEOUT_MS).catch((cause: unknown) => {
    if (!(cause instanceof UnreachableError)) throw cause;
    throw new CliError(texts.errors.noOrchestrator(cause.message), EXIT.unavailable, { cause });
  });
  const channels = readiness.components.filter(({ name }) => name.startsWith(PREFIX));
  if (json) terminal.print(JSON.stringify(channels, null, 2));
  else for (const line of renderComponents(channels, terminal.paint)) terminal.print(line);
  return channels.some(({ state }) => state === 'failed') ? EXIT.failure : EXIT.ok;
}
