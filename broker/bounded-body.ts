/** A request body on its way through: counted, and broken off when it grows past the limit. */
import { Transform, type TransformCallback } from 'node:stream';

/** Anthropic's own limit for a Messages request, bytes. */
export const BODY_LIMIT = 32 * 1024 * 1024;

export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE';
  constructor(limitBytes: number) {
    super(`The request body is larger than ${limitBytes / 1024 / 1024} MB.`);
  }
}

export class BoundedBody extends Transform {
  #bytes = 0;

  constructor(
    readonly limitBytes: number,
    readonly onBytes: (count: number) => void,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    this.onBytes(chunk.length);
    if (this.#bytes > this.limitBytes) done(new BodyTooLargeError(this.limitBytes));
    else done(null, chunk);
  }
}
