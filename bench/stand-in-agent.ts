/**
 * A sandbox whose agents are link peers in this process: the runner's real link client on a real unix socket, and
 * nothing behind it. What is left to measure is the orchestrator's own part of a message's way.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { LinkClient } from '../container/runner/link-client.ts';
import { systemTimers } from '../container/runner/ports.ts';
import type { AgentExit, AgentSpec, RunningAgent, Sandbox } from '../container/sandbox.ts';
import type { HostWork } from '../contracts/link.ts';

const ENDED: AgentExit = { code: 0, signal: null, oomKilled: false, detail: 'ended' };

export type TurnFrame = Extract<HostWork, { type: 'turn' }>;

export class StandInSandbox implements Sandbox {
  readonly kind = 'docker';
  readonly caveats = [];
  /** Told of each turn as its frame arrives; answers over `link`. */
  onTurn: (turn: TurnFrame, link: LinkClient, group: string) => void = () => undefined;

  async check() {
    return { ok: true as const, detail: 'stand-in' };
  }

  async survivors() {
    return [];
  }

  async start(spec: AgentSpec): Promise<RunningAgent> {
    let end: (exit: AgentExit) => void = () => undefined;
    const exited = new Promise<AgentExit>((resolve) => {
      end = resolve;
    });
    const stop = async () => {
      await link.stop(1000);
      end(ENDED);
    };
    const link = new LinkClient({
      dial: () => connect(`${spec.runDir}/link.sock`),
      epoch: randomUUID(),
      timers: systemTimers,
      log: () => undefined,
      onWelcome: () => undefined,
      onWork: (work) => {
        if (work.type === 'turn') this.onTurn(work, link, spec.group);
        if (work.type === 'close') void stop();
      },
      currentTurn: () => null,
      activity: () => ({ quietMs: null }),
    });
    link.start();
    return { agentId: spec.agentId, group: spec.group, name: spec.agentId, exited, stop };
  }
}
