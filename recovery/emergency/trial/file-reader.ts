/**
 * Reads many files one after the other through one small buffer: a copy of the project, or a look through it, leaves the
 * supervisor's memory as it was, however large a file is.
 */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

const PART_BYTES = 64 * 1024;

export class FileReader {
  readonly #buffer = Buffer.allocUnsafeSlow(PART_BYTES);

  /**
   * SHA-256 of an open file, from its beginning and without moving its position.
   * @param take is handed each part on its way; the part counts during the call @throws when it cannot be read
   */
  digest(fd: number, take: (part: Buffer) => void = () => undefined): string {
    const hash = createHash('sha256');
    for (let at = 0; ; ) {
      const length = readSync(fd, this.#buffer, 0, PART_BYTES, at);
      if (length === 0) return hash.digest('hex');
      const part = this.#buffer.subarray(0, length);
      hash.update(part);
      take(part);
      at += length;
    }
  }
}
