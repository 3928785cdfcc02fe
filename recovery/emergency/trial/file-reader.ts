/**
 * Reads many files one after the other into one buffer: a copy of the project, or a look through it, leaves the
 * supervisor's memory as it was.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** Most files are smaller. */
const FIRST_BYTES = 256 * 1024;

export class FileReader {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);

  /** The content of a file; it counts until the next one is read. @throws when it cannot be read */
  readPath(path: string): Buffer {
    const fd = openSync(path, 'r');
    try {
      return this.read(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** The same of an open file, from its position on. */
  read(fd: number): Buffer {
    let length = 0;
    for (;;) {
      if (length === this.#buffer.length) this.#grow();
      const read = readSync(fd, this.#buffer, length, this.#buffer.length - length, null);
      if (read === 0) return this.#buffer.subarray(0, length);
      length += read;
    }
  }

  #grow(): void {
    this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
  }
}
