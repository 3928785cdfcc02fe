/** `nanoclaw restart | pause [TIME] | resume`: what a person wants, told to the supervisor, which then acts by it. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { askSupervisor, pageAddress } from '../api.ts';
import type { Context } from '../context.ts';
import { CliError, UnreachableError } from '../errors.ts';
import { formatDuration, parseDuration } from '../format.ts';

export async function restart(context: Context): Promise<number> {
  await tell(context, '/api/restart');
  context.terminal.print(context.texts.operator.restarting);
  return EXIT.ok;
}

/** @param time such as `30m`; null = until `nanoclaw resume` */
export async function pause(context: Context, time: string | null): Promise<number> {
  const { texts, terminal } = context;
  const seconds = time === null ? null : parseDuration(time);
  if (time !== null && seconds === null) throw new CliError(texts.errors.badDuration(time), EXIT.usage);
  await tell(context, seconds === null ? '/api/pause' : `/api/pause?minutes=${seconds / 60}`);
  terminal.print(texts.operator.paused(seconds === null ? null : formatDuration(seconds)));
  return EXIT.ok;
}

export async function resume(context: Context): Promise<number> {
  await tell(context, '/api/resume');
  context.terminal.print(context.texts.operator.resumed);
  return EXIT.ok;
}

async function tell(context: Context, path: string): Promise<void> {
  const { texts } = context;
  const answer = await askSupervisor(context, 'POST', path).catch((cause: unknown) => {
    if (!(cause instanceof UnreachableError)) throw cause;
    throw new CliError(texts.status.down(pageAddress(context)), EXIT.unavailable, { cause });
  });
  if (answer.status < 300) return;
  throw new CliError(texts.operator.refused(answer.status, answer.text.trim()), EXIT.failure);
}
