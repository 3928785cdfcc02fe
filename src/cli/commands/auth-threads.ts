/** `nanoclaw auth threads`: the whole Threads sign-in. Secrets come from `.env` and go to files, never to argv. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { askLine } from '../auth/ask.ts';
import { moment, threadsUrl } from '../auth/sources.ts';
import type { Context } from '../context.ts';
import { CliError, reasonOf } from '../errors.ts';

type Accepts = (address: string) => boolean;

/** How long a person may take to consent. */
const PATIENCE_MS = 15 * 60_000;

/** @param certificate folder with the certificate of the callback; null takes a pasted address only */
export async function signInToThreads(context: Context, certificate: string | null): Promise<number> {
  const { terminal, settings } = context;
  const say = context.texts.auth.threads;
  const { THREADS_APP_ID: id, THREADS_APP_SECRET: secret } = settings.values;
  if (!id || !secret) throw new CliError(say.noApp, EXIT.config);
  const { askConsent, codeIn, isAnswerTo, REDIRECT_URI } = await import('../../threads/sign-in.ts');
  const consent = askConsent({ id });
  terminal.print(say.redirect(REDIRECT_URI));
  terminal.print(say.open);
  terminal.print(consent.address);
  const address = await waitForAddress(context, certificate, (at) => isAnswerTo(at, consent));
  if (address === null) throw new CliError(say.noAnswer, EXIT.failure);
  const code = codeIn(address, consent);
  if (code === null) throw new CliError(say.notACode, EXIT.usage);
  return exchange(context, { id, secret }, code);
}

/** What comes first: the browser at the callback, a pasted address, or the end of patience. */
async function waitForAddress(
  context: Context,
  certificate: string | null,
  accepts: Accepts,
): Promise<string | null> {
  const say = context.texts.auth.threads;
  const callback = certificate === null ? null : await listen(context, certificate, accepts);
  const question = askLine(say.paste);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const waits: Promise<string | null>[] = [
    new Promise((done) => patience.addEventListener('abort', () => done(null))),
    // Without a terminal stdin ends at once, which is no answer while the browser may still come.
    question.line.then((line) =>
      line === null && callback !== null ? new Promise<null>(() => undefined) : line,
    ),
    ...(callback === null ? [] : [callback.address]),
  ];
  const address = await Promise.race(waits);
  question.close();
  await callback?.stop();
  return address;
}

async function listen({ texts, terminal }: Context, certificate: string, accepts: Accepts) {
  const say = texts.auth.threads;
  const { listenForCallback } = await import('../../threads/callback.ts');
  try {
    const callback = await listenForCallback({ certificate, thanks: say.thanks, accepts });
    terminal.print(say.listening);
    return callback;
  } catch (error) {
    terminal.warn(say.notListening(reasonOf(error))); // the port is taken, or no certificate: pasting still works
    return null;
  }
}

async function exchange(
  context: Context,
  app: { id: string; secret: string },
  code: string,
): Promise<number> {
  const { terminal, paths, now } = context;
  const say = context.texts.auth.threads;
  const { signInThreads } = await import('../../threads/sign-in.ts');
  const { ThreadsGraph } = await import('../../threads/graph.ts');
  const graph = new ThreadsGraph({ baseUrl: threadsUrl(context), now });
  const files = { statePath: paths.threadsState, envPath: paths.env };
  const end = await signInThreads(code, { graph, app, ...files, now: now() });
  switch (end.kind) {
    case 'granted':
      terminal.print(terminal.paint('green', say.done(moment(end.expiresAt ?? now()))));
      return EXIT.ok;
    case 'refused':
      terminal.warn(say.refused);
      return EXIT.signedOut;
    case 'failed':
      terminal.warn(say.failed(end.reason));
      return EXIT.unavailable;
  }
}
