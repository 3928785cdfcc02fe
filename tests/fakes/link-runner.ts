/** The runner's end of an agent's link over a real socket, played by the test. */
import { createConnection, type Socket } from 'node:net';
import {
  type HostFrame,
  LineSplitter,
  LinkSequence,
  type RunnerWork,
  type Unsequenced,
} from '../../contracts/link.ts';

export class TestRunner {
  readonly sequence = new LinkSequence<RunnerWork>();
  readonly frames: HostFrame[] = [];
  /** What `hello` says of it; undefined = this runner never pulses. */
  pulseMs: number | undefined;
  #socket: Socket | null = null;
  #notify: () => void = () => undefined;

  constructor(
    readonly path: string,
    readonly epoch: string,
  ) {}

  dial(turn: string | null = null): void {
    const socket = createConnection(this.path);
    const lines = new LineSplitter(1_000_000);
    this.#socket = socket;
    const { sent, acknowledgedByPeer: acknowledged } = this.sequence;
    const host = this.sequence.received;
    socket.write(
      `${JSON.stringify({ type: 'hello', v: 1, epoch: this.epoch, host, turn, sent, acknowledged, pulseMs: this.pulseMs })}\n`,
    );
    socket.on('data', (chunk) => {
      for (const line of lines.push(chunk)) this.#take(JSON.parse(line) as HostFrame);
    });
    socket.on('error', () => undefined);
  }

  say(work: Unsequenced<RunnerWork>): void {
    const frame = this.sequence.send(work);
    this.#socket?.write(`${JSON.stringify(frame)}\n`);
  }

  hangUp(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** Resolves when we were cut off for it. */
  async breakProtocol(): Promise<void> {
    const socket = this.#socket;
    const closed = new Promise((resolve) => socket?.once('close', resolve));
    socket?.write('{"type":"nonsense"}\n');
    await closed;
  }

  raw(text: string): void {
    this.#socket?.write(text);
  }

  async until(type: HostFrame['type'], count = 1): Promise<HostFrame[]> {
    for (;;) {
      const found = this.frames.filter((frame) => frame.type === type);
      if (found.length >= count) return found;
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  #take(frame: HostFrame): void {
    if (frame.type === 'welcome') {
      const again = this.sequence.connected({
        epoch: frame.epoch,
        received: frame.received,
        acknowledged: 0,
      });
      for (const work of again) this.#socket?.write(`${JSON.stringify(work)}\n`);
    } else if (frame.type === 'ack') this.sequence.acknowledged(frame.received);
    else if (!this.sequence.accept(frame.seq)) return;
    this.frames.push(frame);
    this.#notify();
  }
}
