/** One group's lane with its store; the agent is played by the test, time by a fake clock. */
import type { Agent } from '../../src/agents/agent.ts';
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { createStore } from '../../src/store/store.ts';
import { Lane } from '../../src/turns/lane.ts';
import { Slots } from '../../src/turns/slots.ts';
import { TurnLog } from '../../src/turns/turn-log.ts';
import { FakeAgent } from './agent.ts';
import { FakeClock } from './clock.ts';
import { aGroup, aMessage } from './records.ts';
import { fakeRouter } from './router.ts';
import { settle } from './settle.ts';
import { SILENT } from './task-world.ts';

export const GROUP = aGroup();

export class LaneWorld {
  readonly store = createStore(':memory:');
  readonly clock = new FakeClock();
  agent = new FakeAgent();
  /** Why no agent can be had. */
  startError: Error | null = null;
  /** Of a group whose folder is above its limit, bytes. */
  excess: { used: number; limit: number } | null = null;
  groups: Group[] = [GROUP];
  /** 0: the chat is told nothing of progress. */
  progressAfterMs = 0;
  /** A turn may take this long, milliseconds. */
  turnLimitMs = 60_000;
  /** `chat on`, as the working sign was set. */
  readonly signs: string[] = [];
  lane = this.newLane();

  newLane(): Lane {
    let id = 0;
    const newId = () => {
      id += 1;
      return `turn${id}`;
    };
    const { store, clock } = this;
    return new Lane('main', {
      ...{ store, clock, log: SILENT, names: ['폴'], slots: new Slots(1) },
      ...{
        timeZone: 'Asia/Seoul',
        turnLimitMs: this.turnLimitMs,
        progressAfterMs: this.progressAfterMs,
        ...fakeRouter(),
      },
      turnLog: new TurnLog({ store, now: clock.now, newId, language: 'en' }),
      agents: {
        obtain: async () => this.#obtain(),
        release: () => undefined,
        isLive: () => false,
        diskExcess: () => this.excess,
      },
      inbox: { fetch: async () => new Map() },
      groups: () => this.groups,
      workerFor: (_folder, jid) => this.groups.find((group) => group.jid === jid),
      setWorking: ({ jid }, on) => this.signs.push(`${jid} ${on}`),
      deliver: async () => undefined,
      onRecord: () => undefined,
    });
  }

  #obtain(): Agent {
    if (this.startError) throw this.startError;
    return this.agent as unknown as Agent;
  }

  async write(id: string, { asks = true, ...over }: Partial<InboundMessage> & { asks?: boolean } = {}) {
    await this.store.write(() => {
      const message = aMessage({ id, text: `text ${id}`, at: this.clock.now(), ...over });
      this.store.journal.touchChat(message);
      this.store.journal.append(message, { asks, isCommand: false });
    });
  }

  async wake(): Promise<void> {
    this.lane.wake();
    await settle();
  }

  /** The messages come in, and the lane is woken. */
  async startTurn(...ids: string[]): Promise<void> {
    for (const id of ids) await this.write(id);
    await this.wake();
  }

  /** Another process takes up what is on record. */
  async succeed(): Promise<void> {
    this.clock.dropTimers();
    this.lane = this.newLane();
    for (const turn of this.store.turns.running()) this.lane.resume(turn);
    await settle();
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  /** A person wants the running turn ended. */
  async askToEnd(reason: 'stop' | 'reset'): Promise<void> {
    const turn = this.store.turns.runningIn('main');
    if (turn) await this.lane.deps.turnLog.apply(turn, { type: 'stop_asked', reason });
    this.lane.stopTurn();
    await settle();
  }

  /** No row gets into that table from now on. */
  fillUp(table: 'outbox' | 'turns'): void {
    this.store.db.exec(
      `CREATE TEMP TRIGGER full BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END`,
    );
  }

  makeRoom(): void {
    this.store.db.exec('DROP TRIGGER full');
  }

  /** Everything that waits has reached its chat. */
  async deliverAll(): Promise<void> {
    await this.store.write(() => this.store.db.exec(`UPDATE outbox SET state = 'sent'`));
  }

  replies(): Array<{ key: string; body: string }> {
    return this.store.db
      .prepare<[], { key: string; body: string }>('SELECT key, body FROM outbox ORDER BY seq')
      .all();
  }

  bodies(): string[] {
    return this.replies().map(({ body }) => body);
  }

  states(): string[] {
    return this.store.db.prepare<[], string>('SELECT state FROM turns ORDER BY started_at, id').pluck().all();
  }
}
