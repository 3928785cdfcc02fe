/** `nanoclaw chat`: the local chat in a terminal. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { LocalPost } from '../../../contracts/local-chat.ts';
import { interact } from '../chat/interactive.ts';
import { converse, type OnceOutcome } from '../chat/once.ts';
import type { Persistence } from '../chat/persist.ts';
import { socketTransport } from '../chat/socket.ts';
import { type Pause, RefusedError } from '../chat/transport.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';

type Options = { once: string | null; timeoutSeconds: number; chat: string };

export async function chat(context: Context, options: Options): Promise<number> {
  const { terminal, texts, paths } = context;
  const sender = context.environment.USER || 'local';
  const compose = (text: string): LocalPost => ({ id: randomUUID(), chat: options.chat, sender, text });
  const persistence: Persistence = {
    transport: socketTransport(paths.controlSocket),
    pause,
    onWaiting: once(() => terminal.warn(terminal.paint('dim', texts.chat.waiting))),
  };
  if (options.once === null) {
    await interact(context, persistence, options.chat, compose);
    return EXIT.ok;
  }
  const deadline = AbortSignal.timeout(options.timeoutSeconds * 1000);
  try {
    const outcome = await converse(persistence, compose(options.once), terminal.print, deadline);
    return report(outcome, context, options.timeoutSeconds);
  } catch (cause) {
    if (!(cause instanceof RefusedError)) throw cause;
    throw new CliError(texts.chat.refused(cause.message), EXIT.failure, { cause });
  }
}

function report(outcome: OnceOutcome, { terminal, texts, settings }: Context, seconds: number): number {
  switch (outcome) {
    case 'answered':
      return EXIT.ok;
    case 'not_asked':
      terminal.warn(texts.chat.notAsked(settings.assistantName));
      return EXIT.failure;
    case 'not_sent':
    case 'no_reply':
      terminal.warn(texts.chat.timeout(seconds, outcome === 'no_reply'));
      return EXIT.failure;
  }
}

const pause: Pause = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined); // aborted: the wait is over, as asked

function once(deed: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) deed();
    isDone = true;
  };
}
