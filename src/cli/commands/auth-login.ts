/** `nanoclaw auth login`: the address to consent at, then the code for a login. One command at a terminal, else two. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { askLine } from '../auth/ask.ts';
import { credentialsPath, moment, tokenUrl } from '../auth/sources.ts';
import type { Context } from '../context.ts';

/** @param code what the page showed, for a sign-in begun by an earlier command; null begins one */
export async function login(context: Context, code: string | null): Promise<number> {
  if (code !== null) return finish(context, code);
  const { terminal, paths, now } = context;
  const say = context.texts.auth.login;
  const { beginLogin } = await import('../../auth/pkce.ts');
  terminal.print(say.open);
  terminal.print(beginLogin(paths.pendingLogin, now()));
  if (process.stdin.isTTY !== true) {
    terminal.print(say.later);
    return EXIT.ok;
  }
  const question = askLine(say.paste);
  const pasted = await question.line;
  question.close();
  return pasted === null ? EXIT.failure : finish(context, pasted);
}

async function finish(context: Context, pasted: string): Promise<number> {
  const { terminal, paths, now } = context;
  const say = context.texts.auth.login;
  const { finishLogin } = await import('../../auth/pkce.ts');
  const { OauthApi } = await import('../../auth/oauth-api.ts');
  const end = await finishLogin(pasted, {
    api: new OauthApi({ url: tokenUrl(context), now }),
    ...{ credentialsPath: credentialsPath(), pendingPath: paths.pendingLogin, now: now() },
  });
  switch (end.kind) {
    case 'signed_in':
      terminal.print(terminal.paint('green', say.done(moment(end.expiresAt))));
      return EXIT.ok;
    case 'not_begun':
      terminal.warn(say.notBegun);
      return EXIT.failure;
    case 'not_a_code':
      terminal.warn(say.notACode);
      return EXIT.usage;
    case 'refused':
      terminal.warn(say.refused);
      return EXIT.signedOut;
    case 'failed':
    case 'lost':
      terminal.warn(say.failed(end.reason));
      return EXIT.unavailable;
  }
}
