/** `nanoclaw status`: what the supervisor says; without one, what files say. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { ServiceState } from '../../../contracts/status.ts';
import { pageAddress, pageLink, readStatus, readToken } from '../api.ts';
import type { Context } from '../context.ts';
import { UnreachableError } from '../errors.ts';
import { renderStatus } from '../status/render.ts';

export async function status(
  context: Context,
  options: { json: boolean; pageUrl: boolean },
): Promise<number> {
  if (options.pageUrl) return printLink(context);
  const { terminal, texts } = context;
  try {
    const now = await readStatus(context);
    const page = `${pageAddress(context)}/`;
    if (options.json) terminal.print(JSON.stringify(now, null, 2));
    else for (const line of renderStatus(now, page, texts, terminal.paint)) terminal.print(line);
    return isFine(now.service.state) ? EXIT.ok : EXIT.failure;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    await printOffline(context, options.json);
    return EXIT.unavailable;
  }
}

/** The link carries the token because it was asked for by name, wherever stdout leads. */
async function printLink(context: Context): Promise<number> {
  if ((await readToken(context)) === null) {
    context.terminal.warn(context.texts.status.noToken);
    return EXIT.unavailable;
  }
  context.terminal.print(await pageLink(context, true));
  return EXIT.ok;
}

async function printOffline(context: Context, json: boolean): Promise<void> {
  const { lookAtFiles } = await import('../status/offline.ts');
  const { incidentLine } = await import('../status/render.ts');
  const { terminal, texts } = context;
  const view = await lookAtFiles(context, pageAddress(context));
  if (json) return terminal.print(JSON.stringify(view, null, 2));
  terminal.print(terminal.paint('red', texts.status.down(view.address)));
  terminal.print(orchestratorLine(view.orchestrator, context));
  if (view.incidents.length > 0) terminal.print(texts.status.lastIncidents);
  for (const incident of view.incidents) terminal.print(`  ${incidentLine(incident, texts)}`);
  terminal.print(texts.status.startIt);
}

function orchestratorLine(found: { pid: number; alive: boolean } | null, { texts }: Context): string {
  if (found === null) return texts.status.orchestratorUnknown;
  return found.alive ? texts.status.orchestratorAlive(found.pid) : texts.status.orchestratorDead(found.pid);
}

/** Whether a script should go on: working, on its way, or as an operator wanted it. */
function isFine(state: ServiceState): boolean {
  switch (state) {
    case 'up':
    case 'starting':
    case 'draining':
    case 'stopped':
    case 'paused':
      return true;
    case 'unhealthy':
    case 'down':
    case 'held':
      return false;
  }
}
