/** Tells the person when the service is ready, what it waits for until then, and what is off. */
import type { ServiceState, SystemStatus } from '../../../contracts/status.ts';
import { pageLink, readStatus } from '../api.ts';
import type { Context } from '../context.ts';
import { formatTable } from '../format.ts';
import type { Texts } from '../texts/index.ts';

/** Looking costs a request over loopback; a person sees no difference below this, milliseconds. */
const LOOK_EVERY_MS = 200;
/** Slower than any healthy start, cold sandbox included; then again after as long. */
const PATIENCE_MS = 15_000;

export type Waiting = {
  /** Waits; resolves early when the service has ended. */
  pause(ms: number): Promise<void>;
  hasEnded(): boolean;
  supervisorPid: number | undefined;
};

/** Returns once the state of the service was told: ready, held, or ended. */
export async function announce(context: Context, waiting: Waiting): Promise<void> {
  const { terminal, texts } = context;
  let complainAt = PATIENCE_MS;
  for (let waited = 0; !waiting.hasEnded(); waited += LOOK_EVERY_MS) {
    const status = await look(context);
    if (status !== null && status.supervisor.pid === waiting.supervisorPid) {
      if (status.service.state === 'up') return printReady(context, status);
      if (status.service.state === 'held') return printHeld(context, status);
    }
    if (waited >= complainAt) {
      terminal.warn(texts.up.waiting(Math.round(waited / 1000), describeWait(status, waiting, texts)));
      complainAt += PATIENCE_MS;
    }
    await waiting.pause(LOOK_EVERY_MS);
  }
}

async function look(context: Context): Promise<SystemStatus | null> {
  try {
    return await readStatus(context);
  } catch {
    return null; // nobody answers yet, or another program does: then the supervisor's own exit will say so
  }
}

export function describeWait(status: SystemStatus | null, waiting: Waiting, texts: Texts): string {
  if (status === null) return texts.up.noAnswer;
  if (status.supervisor.pid !== waiting.supervisorPid) return texts.up.foreign;
  const pending = (status.service.readiness?.components ?? []).filter(
    (component) => component.required && (component.state === 'starting' || component.state === 'failed'),
  );
  const state = texts.status.states[status.service.state satisfies ServiceState];
  const named = pending.map(({ name, reason }) => `${name} (${reason})`);
  return named.length > 0 ? named.join('; ') : `${state}: ${status.service.reason}`;
}

async function printReady(context: Context, status: SystemStatus): Promise<void> {
  const { terminal, texts, settings } = context;
  const page = await pageLink(context, terminal.interactive);
  terminal.print('');
  terminal.print(terminal.paint(['bold', 'green'], texts.up.ready));
  const command = `${homePrefix(context)}${context.command}`;
  const rows = [
    [texts.up.page, page],
    [texts.up.chat, `${command} chat --once "@${settings.assistantName} hello"`],
    [texts.up.look, `${command} status`],
    [texts.up.stop, texts.up.stopHow],
  ];
  for (const line of formatTable(rows)) terminal.print(`  ${line}`);
  const off = whatIsOff(status, texts);
  if (off.length > 0) terminal.print(terminal.paint('yellow', texts.up.off));
  for (const line of off) terminal.print(`  ${line}`);
  terminal.print('');
}

/** Every component that is off or works with less, in its own words. */
export function whatIsOff(status: SystemStatus, texts: Texts): string[] {
  const components = (status.service.readiness?.components ?? [])
    .filter(({ state }) => state === 'off' || state === 'degraded')
    .map(({ name, reason }) => `${name}: ${reason}`);
  return status.pager.configured ? components : [...components, texts.up.noPager(status.pager.reason)];
}

/** Other terminals need to be told of a home that is not the default. */
function homePrefix({ environment, paths, programs }: Context): string {
  const isDefault = programs.startsWith(paths.home) && !environment.NANOCLAW_HOME;
  return isDefault ? '' : `NANOCLAW_HOME=${paths.home} `;
}

function printHeld(context: Context, status: SystemStatus): void {
  const { terminal, texts } = context;
  terminal.warn(terminal.paint('red', texts.up.held(status.service.reason)));
  terminal.warn(texts.up.heldHint);
}
