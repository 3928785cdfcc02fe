/**
 * JSON Lines over a byte stream: split on newlines without ever cutting a UTF-8 character, and refuse a
 * line that grows past its limit instead of buffering it for ever.
 */

/** A peer sent a line longer than the limit; the stream can no longer be trusted and must be closed. */
export class LineTooLongError extends Error {
  readonly code = 'LINE_TOO_LONG';
  constructor(readonly limitBytes: number) {
    super(`a line is longer than ${limitBytes} bytes`);
  }
}

const NEWLINE = 0x0a;

export class LineSplitter {
  #parts: Buffer[] = [];
  #held = 0;

  constructor(readonly limitBytes: number) {}

  /**
   * Takes one chunk and returns the lines it completes, decoded, without their newline.
   * @throws LineTooLongError when an unfinished or finished line passes the limit.
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#parts).toString('utf8'));
      this.#parts = [];
      this.#held = 0;
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
    return lines;
  }

  #hold(part: Buffer): void {
    this.#held += part.length;
    if (this.#held > this.limitBytes) throw new LineTooLongError(this.limitBytes);
    this.#parts.push(part);
  }
}
