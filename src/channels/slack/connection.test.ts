import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import type { Bolt } from './calls.ts';
import { Connection } from './connection.ts';

/** A client that connects at once and never notices anything by itself. */
class FakeClient extends EventEmitter {
  websocket = {};

  constructor(readonly opening: () => Promise<void>) {
    super();
  }

  async start(): Promise<void> {
    await this.opening();
    this.emit('authenticated', { url: 'ws://127.0.0.1:1/link' });
  }

  async disconnect(): Promise<void> {
    this.emit('disconnected');
  }
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

async function start(opening: () => Promise<void> = async () => undefined) {
  const clock = new FakeClock();
  const clients: FakeClient[] = [];
  class SocketModeReceiver {
    client = new FakeClient(opening);
    constructor() {
      clients.push(this.client);
    }
    init = () => undefined;
  }
  const noted: string[] = [];
  const connection = new Connection({
    ...{ bolt: { SocketModeReceiver } as unknown as Bolt, appToken: 'xapp', apiUrl: undefined, clock },
    ...{ pingTimeoutMs: 5000, log: pino({ level: 'silent' }), onEnvelope: async () => null },
    onConnected: () => noted.push('connected'),
    onLost: () => noted.push('lost'),
  });
  connection.start();
  await settle();
  return { clock, clients, noted, connection };
}

describe('a connection', () => {
  it('stays through a quiet hour in which only pings come', async () => {
    const { clock, clients, noted, connection } = await start();
    for (let seconds = 0; seconds < 3600; seconds += 5) {
      clock.advance(5000);
      expect(connection.state).toEqual({ kind: 'connected' });
      clients[0]?.emit('ws_message', '{}');
    }
    await settle();
    expect(noted).toEqual(['connected']);
    await connection.stop();
  });

  it('on which nothing comes says so, and is replaced whatever its client thinks', async () => {
    const { clock, clients, noted, connection } = await start();
    clock.advance(6000);
    expect(connection.state).toEqual({ kind: 'deaf', ms: 6000 });
    clock.advance(9000);
    await settle();
    clock.advance(0);
    await settle();
    expect(noted).toEqual(['connected', 'lost', 'connected']);
    expect(clients).toHaveLength(2);
    await connection.stop();
  });

  it('that is long in the making is no deaf one', async () => {
    const { clock, connection } = await start(() => new Promise(() => undefined));
    await pass(clock, 20_000);
    expect(connection.state).toEqual({ kind: 'connecting' });
    await connection.stop();
  });

  it('that replaced a deaf one counts as deaf until it has been heard for a while', async () => {
    const { clock, clients, connection } = await start();
    for (const ms of [15_000, 0]) await pass(clock, ms);
    expect(connection.state).toEqual({ kind: 'deaf', ms: 15_000 });
    for (const ms of [15_000, 500]) await pass(clock, ms);
    expect(clients).toHaveLength(3);
    expect(connection.state).toEqual({ kind: 'deaf', ms: 30_500 });
    for (const ms of [5000, 5000]) {
      await pass(clock, ms);
      clients[2]?.emit('ws_message', '{}');
    }
    expect(connection.state).toEqual({ kind: 'connected' });
    await pass(clock, 6000);
    expect(connection.state).toEqual({ kind: 'deaf', ms: 6000 });
    await connection.stop();
  });
});
