/** One group's lane with its store, a light model and an agent, both played by the test. */
import type { Agent } from '../../src/agents/agent.ts';
import type { LightResult } from '../../src/router/light/outcome.ts';
import { RoutingJournal } from '../../src/router/routing-journal.ts';
import { type RoutingRecord, RoutingRecords } from '../../src/router/routing-record.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { Lane } from '../../src/turns/lane.ts';
import { Slots } from '../../src/turns/slots.ts';
import { newTurnId, TurnLog } from '../../src/turns/turn-log.ts';
import { FakeAgent } from './agent.ts';
import { FakeClock } from './clock.ts';
import { aGroup, aMessage } from './records.ts';
import { fakeRouter } from './router.ts';
import { settle } from './settle.ts';
import { SILENT } from './task-world.ts';

export const GROUP = aGroup();

const STOPPED: LightResult = { kind: 'handover', reason: 'stopped', usage: null };

export class LightWorld {
  readonly store = createStore(':memory:');
  readonly clock = new FakeClock();
  slots = new Slots(1);
  agent = new FakeAgent();
  working: boolean[] = [];
  /** What the group's memory says of the assistant. */
  persona = '';
  /** How often the group's agent was let go. */
  released = 0;
  /** Ends the light model's thinking. */
  answer: (result: LightResult) => void = () => undefined;
  readonly written: RoutingRecord[] = [];
  readonly #light = fakeRouter((_question, signal) => this.#think(signal), this.clock);
  lane = this.newLane();

  get asked() {
    return this.#light.asked;
  }

  /** What keeps the record in the process that has this store. @param folder where its lines lie */
  routingOf(store: Store, folder = ''): RoutingJournal {
    const lines = folder === '' ? null : new RoutingRecords(folder, this.clock.now);
    const write = (record: RoutingRecord, endedAt?: number) => {
      this.written.push(record);
      return lines?.write(record, endedAt) ?? true;
    };
    return new RoutingJournal({ store, records: { write }, folder, now: this.clock.now, log: SILENT });
  }

  /** @param folder where the lines of its record lie; none when empty */
  newLane(over: Partial<Store> = {}, folder = ''): Lane {
    const store: Store = { ...this.store, ...over };
    return new Lane('main', {
      ...{
        store,
        clock: this.clock,
        slots: this.slots,
        log: SILENT,
        timeZone: 'UTC',
        turnLimitMs: 60_000,
        progressAfterMs: 0,
      },
      ...{
        router: this.#light.router,
        routing: this.routingOf(store, folder),
        names: ['폴'],
        personaOf: async () => this.persona,
        groups: () => [GROUP],
        workerFor: () => GROUP,
      },
      turnLog: new TurnLog({ store, now: this.clock.now, newId: newTurnId, language: 'en' }),
      agents: {
        obtain: async () => this.agent as unknown as Agent,
        release: () => {
          this.released += 1;
        },
        isLive: () => true,
        diskExcess: () => null,
      },
      inbox: { fetch: async () => new Map() },
      setWorking: (_address, on) => this.working.push(on),
      deliver: async () => undefined,
      onRecord: () => undefined,
    });
  }

  async write(text: string, over: Partial<InboundMessage> = {}, asks = true): Promise<void> {
    await this.store.write(() => {
      const at = this.clock.now();
      const message = aMessage({ id: `${at} ${text}`, text, at, ...over });
      this.store.journal.touchChat(message);
      this.store.journal.append(message, { asks, isCommand: false });
    });
  }

  async ask(text: string, over: Partial<InboundMessage> = {}): Promise<void> {
    await this.write(text, over);
    this.lane.wake();
    await settle();
  }

  /** What the light model answers to the question it has. */
  async say(result: LightResult): Promise<void> {
    this.answer(result);
    await settle();
  }

  /** Another process takes up what the last one left. */
  async succeed(): Promise<void> {
    this.slots = new Slots(1);
    this.agent = new FakeAgent();
    this.lane = this.newLane();
    for (const turn of this.running()) this.lane.resume(turn);
    this.lane.wake();
    await settle();
  }

  running() {
    return this.store.turns.running();
  }

  /** What the agent was asked last. */
  prompt(): string {
    return this.agent.orders.at(-1)?.input.prompt ?? '';
  }

  replies(): string[] {
    return this.store.db.prepare<[], string>('SELECT body FROM outbox ORDER BY seq').pluck().all();
  }

  states(): string[] {
    return this.store.db.prepare<[], string>('SELECT state FROM turns ORDER BY rowid').pluck().all();
  }

  #think(signal: AbortSignal): Promise<LightResult> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(STOPPED);
      this.answer = resolve;
      signal.addEventListener('abort', () => resolve(STOPPED), { once: true });
    });
  }
}
