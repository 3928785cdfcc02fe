/** `nanoclaw auth status`: which sign-ins there are, how long they last, which one is in use. Never a secret. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { credentialsPath, moment } from '../auth/sources.ts';
import type { Context } from '../context.ts';
import { formatDuration, formatTable } from '../format.ts';

export async function authStatus(context: Context, json: boolean): Promise<number> {
  const { terminal, paths, settings, now } = context;
  const { readAuthStatus } = await import('../../auth/status.ts');
  const found = readAuthStatus({
    ...{ credentialsPath: credentialsPath(), statePath: paths.authState, threadsPath: paths.threadsState },
    ...{ hasFallbackKey: Boolean(settings.values.ANTHROPIC_API_KEY_FALLBACK), now: now() },
  });
  const isUsable = found.inUse === 'oauth' || found.inUse === 'api_key';
  if (json) {
    terminal.print(JSON.stringify(found, null, 2));
    return isUsable ? EXIT.ok : EXIT.signedOut;
  }
  const say = context.texts.auth.status;
  const { subscription, threads } = found;
  const name = subscription?.type ?? 'Claude';
  const rows = [
    [say.subscription, subscription === null ? say.none : lasting(context, name, subscription)],
    [say.key, found.hasFallbackKey ? say.present : say.none],
    [say.inUse, terminal.paint(isUsable ? 'green' : 'red', say.choices[found.inUse])],
    [say.state, `${found.code}: ${found.reason}`],
    [say.threads, threads === null ? say.none : lasting(context, 'token', threads)],
  ];
  for (const line of formatTable(rows)) terminal.print(line);
  return isUsable ? EXIT.ok : EXIT.signedOut;
}

type Lasting = { expiresAt: number | null; secondsLeft: number | null };

function lasting({ texts }: Context, name: string, { expiresAt, secondsLeft }: Lasting): string {
  const say = texts.auth.status;
  if (expiresAt === null || secondsLeft === null) return say.unknown;
  const until = moment(expiresAt);
  return secondsLeft > 0 ? say.left(name, formatDuration(secondsLeft), until) : say.over(name, until);
}
