import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  type HostFrame,
  type HostWork,
  LineSplitter,
  type RunnerFrame,
  runnerFrameSchema,
} from '../../contracts/link.ts';
import { LinkClient, PULSE_MS, WELCOME_LIMIT_MS } from './link-client.ts';
import { config, FakeTimers, turnOrder } from './test-fakes.ts';

/** The host's end of one connection. */
class FakeHost {
  readonly #frames: RunnerFrame[] = [];
  readonly #lines = new LineSplitter(1024 * 1024);
  #wake: () => void = () => undefined;

  constructor(
    readonly stream: Duplex,
    /** The runner's end, to break the connection at. */
    readonly runnerEnd: Duplex,
  ) {
    stream.on('data', (chunk: Buffer) => {
      for (const line of this.#lines.push(chunk))
        this.#frames.push(runnerFrameSchema.parse(JSON.parse(line)));
      this.#wake();
    });
  }

  /** The next frame that the runner sent. */
  async next(): Promise<RunnerFrame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(frame: HostFrame): void {
    this.stream.write(`${JSON.stringify(frame)}\n`);
  }

  welcome(epoch: string, received: number): void {
    this.send({ type: 'welcome', v: 1, epoch, received, config });
  }
}

function start(currentTurn: string | null = null) {
  const timers = new FakeTimers();
  const hosts: FakeHost[] = [];
  const work: HostWork[] = [];
  const log: string[] = [];
  const client = new LinkClient({
    dial() {
      const [ours, theirs] = duplexPair();
      hosts.push(new FakeHost(theirs, ours));
      return ours;
    },
    epoch: 'runner',
    timers,
    log: (event) => void log.push(event),
    onWelcome: () => void log.push('welcome'),
    onWork: (frame) => void work.push(frame),
    currentTurn: () => currentTurn,
    activity: () => ({ quietMs: 7, doing: 'web' }),
  });
  client.start();
  const host = () => {
    const latest = hosts.at(-1);
    if (!latest) throw new Error('nothing was dialled');
    return latest;
  };
  return { client, timers, host, hosts, work, log };
}

/** Breaks the connection and lets the runner dial again. */
function reconnect(world: ReturnType<typeof start>): Promise<FakeHost> {
  world.host().runnerEnd.destroy();
  return redialled(world);
}

/** Waits until the connection is closed and lets the runner dial again. */
async function redialled(world: ReturnType<typeof start>): Promise<FakeHost> {
  await once(world.host().runnerEnd, 'close');
  world.timers.advance(1000);
  return world.host();
}

/** Waits until so many welcomes have been taken in. */
async function settled({ log }: ReturnType<typeof start>, welcomes = 1): Promise<void> {
  while (log.filter((event) => event === 'welcome').length < welcomes) await new Promise(setImmediate);
}

describe('the link', () => {
  it('says hello with its turn and acknowledges work once it was handled', async () => {
    const { host, work } = start('t1');
    expect(await host().next()).toEqual({
      type: 'hello',
      v: 1,
      epoch: 'runner',
      host: null,
      sent: 0,
      acknowledged: 0,
      turn: 't1',
      pulseMs: PULSE_MS,
    });
    host().welcome('h1', 0);
    host().send(turnOrder('t2'));
    expect(await host().next()).toEqual({ type: 'ack', received: 1 });
    expect(work).toEqual([turnOrder('t2')]);
  });

  it('says that it lives while a turn runs, once it is welcome, and over every break', async () => {
    const world = start('t1');
    await world.host().next();
    world.host().welcome('h1', 0);
    await settled(world);
    world.timers.advance(PULSE_MS);
    expect(await world.host().next()).toEqual({ type: 'pulse', quietMs: 7, doing: 'web' });
    world.timers.advance(PULSE_MS);
    expect(await world.host().next()).toEqual({ type: 'pulse', quietMs: 7, doing: 'web' });
    const again = await reconnect(world);
    await again.next();
    again.welcome('h1', 0);
    await settled(world, 2);
    world.timers.advance(PULSE_MS);
    expect(await again.next()).toEqual({ type: 'pulse', quietMs: 7, doing: 'web' });
  });

  it('sends what waited for the welcome', async () => {
    const { host, client } = start();
    client.send({ type: 'ready' });
    await host().next();
    host().welcome('h1', 0);
    expect(await host().next()).toEqual({ type: 'ready', seq: 1 });
  });

  it('sends again what was not acknowledged, and nothing else', async () => {
    const world = start();
    world.client.send({ type: 'ready' });
    world.client.send({ type: 'consumed', turn: 't1', messages: ['m1'] });
    await world.host().next();
    world.host().welcome('h1', 1);
    expect(await world.host().next()).toMatchObject({ type: 'consumed', seq: 2 });
    const again = await reconnect(world);
    expect(await again.next()).toMatchObject({
      type: 'hello',
      host: { epoch: 'h1', received: 0 },
      sent: 2,
      acknowledged: 1,
    });
    again.welcome('h1', 1);
    expect(await again.next()).toMatchObject({ type: 'consumed', seq: 2 });
  });

  it('takes a repeated frame once, within one life of the host', async () => {
    const world = start();
    await world.host().next();
    world.host().welcome('h1', 0);
    world.host().send(turnOrder('t1'));
    await world.host().next();
    const again = await reconnect(world);
    expect(await again.next()).toMatchObject({ host: { epoch: 'h1', received: 1 } });
    again.welcome('h1', 0);
    again.send(turnOrder('t1'));
    expect(await again.next()).toEqual({ type: 'ack', received: 1 });
    expect(world.work).toHaveLength(1);
  });

  it('counts the frames of a new host process anew and offers it what is left', async () => {
    const world = start();
    await world.host().next();
    world.host().welcome('h1', 0);
    world.host().send(turnOrder('t1'));
    await world.host().next();
    world.client.send({ type: 'ready' });
    const again = await reconnect(world);
    await again.next();
    again.welcome('h2', 0);
    expect(await again.next()).toMatchObject({ type: 'ready', seq: 1 });
    again.send(turnOrder('t2'));
    expect(await again.next()).toEqual({ type: 'ack', received: 1 });
    expect(world.work.map((frame) => frame.type === 'turn' && frame.turn)).toEqual(['t1', 't2']);
  });

  it.each([
    ['a line that is no JSON', 'nonsense\n'],
    ['a frame that is not of the protocol', '{"type":"nonsense"}\n'],
    ['work before the welcome', `${JSON.stringify(turnOrder('t1'))}\n`],
  ])('closes the connection on %s, and dials again', async (_title, bytes) => {
    const world = start();
    const first = world.host();
    await first.next();
    first.stream.write(bytes);
    const again = await redialled(world);
    expect(await again.next()).toMatchObject({ type: 'hello' });
    expect(world.log).toContain('link_refused');
    expect(world.work).toEqual([]);
  });

  it('closes the connection on a gap in the numbers', async () => {
    const world = start();
    await world.host().next();
    world.host().welcome('h1', 0);
    world.host().send({ ...turnOrder('t1'), seq: 3 });
    expect(await (await redialled(world)).next()).toMatchObject({ type: 'hello' });
    expect(world.work).toEqual([]);
  });

  it('gives up a host that does not answer hello', async () => {
    const world = start();
    await world.host().next();
    world.timers.advance(WELCOME_LIMIT_MS);
    expect(world.log).toEqual(['link_refused']);
  });

  it('waits for the acknowledgement of its last frame before it stops', async () => {
    const { client, host } = start();
    await host().next();
    host().welcome('h1', 0);
    client.send({ type: 'ready' });
    let stopped = false;
    const stop = client.stop(5000).then(() => {
      stopped = true;
    });
    await host().next();
    expect(stopped).toBe(false);
    host().send({ type: 'ack', received: 1 });
    await stop;
    await client.stop(5000);
  });

  it('stops without an acknowledgement when its time is over, and dials no more', async () => {
    const { client, hosts, timers } = start();
    client.send({ type: 'ready' });
    const stop = client.stop(5000);
    timers.advance(5000);
    await stop;
    timers.advance(60_000);
    expect(hosts).toHaveLength(1);
  });
});
