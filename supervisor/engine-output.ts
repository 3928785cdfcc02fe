/**
 * Takes apart what the engine sends of a container's output: frames of eight bytes (which stream, three zeros, the length,
 * big-endian) and the bytes themselves, cut anywhere. Source: Docker Engine API, "Attach to a container", stream format.
 *
 * Log driver `local` of Docker 20.10 loses the end of a line that it keeps in pieces (seen): it is put back, since only
 * whole pieces are no line's end.
 */
import type { TakeOutput } from './ports/docker-engine.ts';

const HEAD_BYTES = 8;
const STDERR = 2;
/** The engine keeps a longer line in pieces of this size, each a frame. */
const PIECE_BYTES = 16 * 1024;
const NEWLINE = Buffer.from('\n');

export class EngineOutput {
  #head = Buffer.alloc(0);
  #left = 0;
  #isPiece = false;
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
    if (this.#left === 0 && !this.#isPiece && part.at(-1) !== NEWLINE[0]) this.take(this.#stream, NEWLINE);
    return bytes.subarray(part.length);
  }

  #takeHead(bytes: Buffer): Buffer {
    const missing = HEAD_BYTES - this.#head.length;
    this.#head = Buffer.concat([this.#head, bytes.subarray(0, missing)]);
    if (this.#head.length === HEAD_BYTES) {
      this.#stream = this.#head[0] === STDERR ? 'stderr' : 'stdout';
      this.#left = this.#head.readUInt32BE(4);
      this.#isPiece = this.#left === PIECE_BYTES;
      this.#head = Buffer.alloc(0);
    }
    return bytes.subarray(missing);
  }
}
