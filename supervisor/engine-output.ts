/**
 * Takes apart what the engine sends of a container's output: frames of eight bytes (which stream, three zeros, the length,
 * big-endian) and the bytes themselves, cut anywhere. Source: Docker Engine API, "Attach to a container", stream format.
 */
import type { TakeOutput } from './ports/docker-engine.ts';

const HEAD_BYTES = 8;
const STDERR = 2;

export class EngineOutput {
  #head = Buffer.alloc(0);
  #left = 0;
  #stream: Parameters<TakeOutput>[0] = 'stdout';

  constructor(readonly take: TakeOutput) {}

  push(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) rest = this.#left > 0 ? this.#takePart(rest) : this.#takeHead(rest);
  }

  #takePart(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    this.take(this.#stream, part);
    return bytes.subarray(part.length);
  }

  #takeHead(bytes: Buffer): Buffer {
    const missing = HEAD_BYTES - this.#head.length;
    this.#head = Buffer.concat([this.#head, bytes.subarray(0, missing)]);
    if (this.#head.length === HEAD_BYTES) {
      this.#stream = this.#head[0] === STDERR ? 'stderr' : 'stdout';
      this.#left = this.#head.readUInt32BE(4);
      this.#head = Buffer.alloc(0);
    }
    return bytes.subarray(missing);
  }
}
