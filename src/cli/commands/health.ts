/** `nanoclaw health`: the orchestrator's own word, straight from its ops endpoint. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { type Readiness, readinessSchema } from '../../../contracts/health.ts';
import type { Context } from '../context.ts';
import { CliError, UnreachableError } from '../errors.ts';
import { formatDuration } from '../format.ts';
import { request } from '../http.ts';
import { renderComponents } from '../status/render.ts';

type Options = { json: boolean; timeoutMs: number; verbose: boolean };

export async function health(context: Context, options: Options): Promise<number> {
  const { terminal, texts } = context;
  const readiness = await askReadiness(context, options.timeoutMs).catch((error: unknown) => {
    if (!(error instanceof UnreachableError)) throw error;
    return error;
  });
  if (readiness instanceof UnreachableError) {
    const address = addressOf(context);
    if (options.json)
      terminal.print(JSON.stringify({ status: 'unreachable', address, reason: readiness.message }));
    else terminal.print(terminal.paint('red', texts.health.unreachable(address, readiness.message)));
    return EXIT.unavailable;
  }
  if (options.json) terminal.print(JSON.stringify(readiness, null, 2));
  else for (const line of describe(readiness, context, options.verbose)) terminal.print(line);
  return readiness.status === 'ok' ? EXIT.ok : EXIT.failure;
}

/** @throws UnreachableError · CliError when another program answers on the port */
export async function askReadiness({ settings, texts }: Context, timeoutMs: number): Promise<Readiness> {
  const target = { host: '127.0.0.1', port: settings.opsPort };
  const { text } = await request({ target, path: '/readyz', timeoutMs });
  const parsed = readinessSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new CliError(texts.errors.badAnswer(`127.0.0.1:${settings.opsPort}`), EXIT.failure);
  return parsed.data;
}

function describe(readiness: Readiness, { texts, terminal }: Context, verbose: boolean): string[] {
  const isReady = readiness.status === 'ok';
  const word = isReady ? texts.health.ready(formatDuration(readiness.uptimeSeconds)) : texts.health.notReady;
  const shown = verbose
    ? readiness.components
    : readiness.components.filter((c) => c.state !== 'ok' && c.state !== 'off');
  const head = terminal.paint(isReady ? 'green' : 'red', word);
  return [head, ...renderComponents(shown, terminal.paint).map((line) => `  ${line}`)];
}

function addressOf({ settings }: Context): string {
  return `http://127.0.0.1:${settings.opsPort}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // fails the schema, which is where it is reported
  }
}
