/** The chat as a prompt: replies appear as they come, asked for or not; Ctrl-D ends. */
import readline from 'node:readline';
import type { LocalPost } from '../../../contracts/local-chat.ts';
import type { Context } from '../context.ts';
import { reasonOf } from '../errors.ts';
import { deliver, type FollowEvent, follow, type Persistence } from './persist.ts';
import type { ChatTransport } from './transport.ts';

type Compose = (text: string) => LocalPost;

/** Messages of earlier that are shown at the beginning. */
const SHOWN_BEFORE = 6;

/** Resolves when the person ends the input. */
export async function interact(
  context: Context,
  persistence: Persistence,
  chat: string,
  compose: Compose,
): Promise<void> {
  const { terminal, texts, settings } = context;
  terminal.print(terminal.paint('dim', texts.chat.banner(chat, settings.assistantName)));
  const prompt = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: '› ' });
  const ended = new AbortController();
  prompt.once('close', () => ended.abort());
  const show = (text: string) => showAbove(context, prompt, text);
  const receiving = receive(context, persistence, chat, show, ended.signal);
  prompt.on('line', (line) => {
    prompt.prompt();
    if (line.trim() === '') return;
    deliver(persistence, compose(line), ended.signal)
      .then((posted) => posted?.asks === false && show(texts.chat.notAsked(settings.assistantName)))
      .catch((error: unknown) => show(texts.chat.refused(reasonOf(error))));
  });
  prompt.prompt();
  await receiving;
}

async function receive(
  context: Context,
  persistence: Persistence,
  chat: string,
  show: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { terminal, texts, settings } = context;
  const from = await lastSeen(persistence.transport, chat, signal);
  for await (const event of follow(persistence, chat, from, signal)) {
    const text = textOf(event, texts.chat.working(settings.assistantName));
    if (text === null) continue;
    if (event.type === 'working' && !terminal.interactive) continue;
    show(
      event.type === 'message' ? `${terminal.paint(['bold', 'cyan'], event.message.sender)}  ${text}` : text,
    );
  }
}

function textOf(event: FollowEvent, working: string): string | null {
  switch (event.type) {
    case 'message':
      return event.message.direction === 'out' ? event.message.text : null;
    case 'working':
      return event.working ? working : null;
    case 'lost':
      return null; // said once by `onWaiting`
  }
}

/** Where to begin so that only the last few messages of earlier appear. 0 when the service isn't there yet. */
async function lastSeen(transport: ChatTransport, chat: string, signal: AbortSignal): Promise<number> {
  const seqs: number[] = [0];
  try {
    for await (const event of transport.events(chat, 0, signal)) {
      if (event.type === 'working') break; // the record has been told; what follows is live
      seqs.push(event.message.seq);
    }
  } catch {
    // not reachable yet: `follow` waits for it and says so
  }
  return seqs.at(-1 - SHOWN_BEFORE) ?? 0;
}

/** Prints above the line being typed and puts that line back. */
function showAbove({ terminal }: Context, prompt: readline.Interface, text: string): void {
  if (terminal.interactive) {
    readline.clearLine(process.stdout, 0);
    readline.cursorTo(process.stdout, 0);
  }
  terminal.print(text);
  prompt.prompt(true);
}
