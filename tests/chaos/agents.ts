/**
 * A sandbox whose agents live in this process: the runner's real session and link over the agent's real socket; only
 * the model's part (mind.ts) is a stand-in. An agent that dies leaves nothing behind, not even what it had to say.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { HostRequests } from '../../container/runner/host-requests.ts';
import { LinkClient } from '../../container/runner/link-client.ts';
import { Session } from '../../container/runner/session.ts';
import type { AgentExit, AgentSpec, RunningAgent, Sandbox } from '../../container/sandbox.ts';
import type { HostWork } from '../../contracts/link.ts';
import type { Clock } from '../../src/clock.ts';
import { createMind, type Fate } from './mind.ts';

/** As in the runner's own main.ts, milliseconds. */
const FLUSH_LIMIT_MS = 5000;

const KILLED: AgentExit = { code: 137, signal: 'SIGKILL', oomKilled: false, detail: 'killed' };
const CLOSED: AgentExit = { code: 0, signal: null, oomKilled: false, detail: 'ended by itself' };

export class InProcessAgents implements Sandbox {
  readonly kind = 'docker';
  readonly caveats = [];
  readonly #live = new Set<RunningAgent>();
  started = 0;

  /** @param fateOf one for each group */
  constructor(
    readonly clock: Clock,
    readonly fateOf: (group: string) => Fate,
  ) {}

  get live(): number {
    return this.#live.size;
  }

  async check() {
    return { ok: true as const, detail: 'in this process' };
  }

  async survivors(): Promise<RunningAgent[]> {
    return [...this.#live];
  }

  async start(spec: AgentSpec): Promise<RunningAgent> {
    this.started += 1;
    const agent = startAgent(spec, this.clock, this.fateOf(spec.group));
    this.#live.add(agent);
    void agent.exited.then(() => this.#live.delete(agent));
    return agent;
  }
}

function startAgent({ agentId, group, runDir }: AgentSpec, clock: Clock, fate: Fate): RunningAgent {
  let end: (exit: AgentExit) => void = () => undefined;
  const exited = new Promise<AgentExit>((resolve) => {
    end = resolve;
  });
  const quiet = { timers: clock, log: () => undefined };
  const kill = async () => {
    await link.stop(0);
    end(KILLED);
  };
  const say = (text: string) => {
    const call = { id: randomUUID(), session: session.sessionId, tool: 'send_message', args: { text } };
    return requests.call(call);
  };
  const requests = new HostRequests((frame) => link.send(frame), clock);
  const session: Session = new Session({
    ...{ newId: randomUUID, ...quiet },
    open: createMind({ fate, clock, say, die: () => void kill() }),
    send: (frame) => link.send(frame),
  });
  const link: LinkClient = new LinkClient({
    ...{ epoch: randomUUID(), ...quiet },
    dial: () => connect(`${runDir}/link.sock`),
    onWelcome: (config) => session.configure(config),
    onWork: (work) => handle(session, requests, work),
    currentTurn: () => session.currentTurn,
    activity: () => ({ quietMs: null }),
  });
  link.start();
  void session.closed.then(() => link.stop(FLUSH_LIMIT_MS)).then(() => end(CLOSED));
  const stop = async (graceMs: number) => {
    clock.after(graceMs, () => void kill());
    if (graceMs > 0) session.close('force');
    await exited;
  };
  return { agentId, group, name: `nanoclaw-${group}-${agentId}`, exited, stop };
}

function handle(session: Session, requests: HostRequests, work: HostWork): void {
  switch (work.type) {
    case 'turn':
      return session.run(work);
    case 'offer':
      return session.offer(work.turn, work.input);
    case 'interrupt':
      return session.interrupt(work.turn);
    case 'response':
      return requests.settle(work.id, work);
    case 'close':
      return session.close('gentle');
  }
}
