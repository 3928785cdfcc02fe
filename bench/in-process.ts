/**
 * The real service in this process, with a stand-in for the agents only, so that one clock sees a message come in over
 * the control socket, its turn leave on the link, and the replies reach the local platform's send call.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import type { LinkClient } from '../container/runner/link-client.ts';
import { homePaths } from '../contracts/paths.ts';
import { MetricsWriter } from '../metrics/record.ts';
import { loadInstallation } from '../src/agents/installation.ts';
import { LocalChannel } from '../src/channels/local/local-channel.ts';
import { systemClock } from '../src/clock.ts';
import { Life } from '../src/lifecycle/life.ts';
import { closeServer, listenControl } from '../src/ops/endpoint.ts';
import { startService } from '../src/service.ts';
import { readSettings } from '../src/settings/settings.ts';
import { Control } from './http.ts';
import { StandInSandbox, type TurnFrame } from './stand-in-agent.ts';

/** Between two turns, so that nothing of the last one is left to do. */
const SETTLE_MS = 10;

export type Samples = { frame: number[]; output: number[]; tool: number[] };

export type InProcess = {
  /** One mention with an output, a tool's message and an end; what it took is added to `into`. */
  turn(into: Samples): Promise<void>;
  stop(): Promise<void>;
};

/** @param prepare puts something into the home before the service starts */
export async function startInProcess(
  prepare: (database: string) => void = () => undefined,
): Promise<InProcess> {
  const paths = homePaths(mkdtempSync(join(tmpdir(), 'nc-')));
  prepare(paths.database);
  mkdirSync(paths.logs, { recursive: true });
  const sandbox = new StandInSandbox();
  const life = new Life('bench');
  const service = await startService({
    checkout: process.cwd(),
    userHome: paths.home,
    settings: readSettings({}, {}, paths.home),
    paths,
    installation: loadInstallation(paths.data),
    sandbox,
    metrics: new MetricsWriter(paths.logs),
    life,
    clock: systemClock,
    log: pino({}, pino.destination({ dest: join(paths.logs, 'nanoclaw.log'), sync: true })),
  });
  const fail = (error: Error) => process.stderr.write(`bench: ${error.message}\n`);
  const server = await listenControl(paths.controlSocket, () => service.routes, fail);
  const control = new Control(paths.controlSocket);
  const way = new Way(sandbox, control, life);
  return {
    turn: (into) => way.turn(into),
    async stop() {
      await control.close();
      await service.stop();
      await closeServer(server);
      rmSync(paths.home, { recursive: true, force: true });
    },
  };
}

class Way {
  #count = 0;

  constructor(
    readonly sandbox: StandInSandbox,
    readonly control: Control,
    readonly life: Life,
  ) {}

  async turn(into: Samples): Promise<void> {
    this.#count += 1;
    const framed = new Promise<{ at: number; frame: TurnFrame; link: LinkClient }>((resolve) => {
      this.sandbox.onTurn = (frame, link) => resolve({ at: performance.now(), frame, link });
    });
    const began = performance.now();
    const posted = this.control.say('main', `n${this.#count}-${began}`, 'how are you?');
    const { at, frame, link } = await framed;
    into.frame.push(at - began);
    await posted;
    const { turn } = frame;
    link.send({ type: 'consumed', turn, messages: frame.input.messages });
    await pause(SETTLE_MS);
    into.output.push(await untilSent(() => link.send({ type: 'output', turn, ordinal: 1, text: 'one' })));
    await pause(SETTLE_MS);
    const call = { id: `tool-${turn}`, session: 'bench', tool: 'send_message', args: { text: 'two' } };
    into.tool.push(await untilSent(() => link.send({ type: 'request', ...call })));
    link.send({ type: 'end', turn, outcome: 'done', final: null, error: null, session: null, usage: null });
    while (this.life.activeTurns() > 0) await pause(1);
    await pause(SETTLE_MS);
  }
}

/** Milliseconds from `begin` until the local platform's send is called next. */
async function untilSent(begin: () => void): Promise<number> {
  const { send } = LocalChannel.prototype;
  const sentAt = new Promise<number>((resolve) => {
    LocalChannel.prototype.send = function (message) {
      resolve(performance.now());
      return send.call(this, message);
    };
  });
  const began = performance.now();
  begin();
  const took = (await sentAt) - began;
  LocalChannel.prototype.send = send;
  return took;
}
