/** A lane with scheduled tasks, its agent played by the test. */
import type { Agent } from '../../src/agents/agent.ts';
import { findWorker } from '../../src/groups/directory.ts';
import type { Group } from '../../src/store/groups.ts';
import { Lane } from '../../src/turns/lane.ts';
import { Slots, type Urgency } from '../../src/turns/slots.ts';
import { FakeAgent } from './agent.ts';
import { aGroup, aMessage } from './records.ts';
import { fakeRouter } from './router.ts';
import { settle } from './settle.ts';
import { SILENT, TaskWorld } from './task-world.ts';

const HOUR_MS = 3_600_000;

export class TaskLane {
  readonly world = new TaskWorld();
  agent = new FakeAgent();
  groups: Group[] = [aGroup()];
  readonly urgencies: Urgency[] = [];
  readonly working: boolean[] = [];

  newLane(folder = 'main'): Lane {
    const slots = new Slots(1);
    const watched: Pick<Slots, 'acquire' | 'release'> = {
      acquire: (urgency, signal) => {
        this.urgencies.push(urgency);
        return slots.acquire(urgency, signal);
      },
      release: () => slots.release(),
    };
    const { store, clock, turnLog } = this.world;
    return new Lane(folder, {
      ...{ store, turnLog, clock, groups: () => this.groups, log: SILENT, slots: watched as Slots },
      workerFor: (name, jid) => findWorker(this.groups, name, jid),
      agents: {
        obtain: async () => this.agent as unknown as Agent,
        release: () => undefined,
        isLive: () => false,
        diskExcess: () => null,
      },
      inbox: { fetch: async () => new Map() },
      ...{ ...fakeRouter(), names: ['폴'], timeZone: 'Asia/Seoul' },
      turnLimitMs: 60_000,
      progressAfterMs: 0,
      setWorking: (_address, on) => this.working.push(on),
      deliver: async () => undefined,
      onRecord: () => undefined,
    });
  }

  /** A task of the main group whose hour has just come. */
  async due(context: 'group' | 'isolated' = 'isolated', thread: string | null = null): Promise<void> {
    const place = { folder: 'main', jid: 'local:main', thread };
    const schedule = { type: 'cron', value: '0 * * * *' } as const;
    await this.world.add({ ...schedule, prompt: 'look <up> the weather', context }, place);
    await this.world.pass(HOUR_MS);
  }

  async write(id: string): Promise<void> {
    const message = aMessage({ id, text: `text ${id}` });
    const { store } = this.world;
    await store.write(() => {
      store.journal.touchChat(message);
      store.journal.append(message, { asks: true, isCommand: false });
    });
  }

  async wake(lane: Lane): Promise<void> {
    lane.wake();
    await settle();
  }

  saved() {
    return this.world.store.turns.session('main');
  }

  turnStates(): unknown[] {
    return this.world.store.db.prepare('SELECT kind, state FROM turns ORDER BY rowid').raw().all();
  }
}
