/** Takes a secret out of what goes back to a container: some APIs repeat the token in links of their answers. */
import { Transform, type TransformCallback } from 'node:stream';

export type Concealed = { secret: string; by: string };

/** Replaces the secret wherever it stands, across the borders of chunks too. */
export class Conceal extends Transform {
  readonly #secret: Buffer;
  readonly #by: Buffer;
  /** What could be the beginning of the secret. */
  #held = Buffer.alloc(0);

  constructor({ secret, by }: Concealed) {
    super();
    this.#secret = Buffer.from(secret);
    this.#by = Buffer.from(by);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = Buffer.concat([this.#held, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(this.#secret); at >= 0; at = bytes.indexOf(this.#secret, from)) {
      this.push(bytes.subarray(from, at));
      this.push(this.#by);
      from = at + this.#secret.length;
    }
    const safe = Math.max(from, bytes.length - this.#secret.length + 1);
    this.push(bytes.subarray(from, safe));
    this.#held = bytes.subarray(safe);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.push(this.#held);
    done();
  }
}

/** The same for headers; the length of a changed body is not known beforehand. */
export function concealHeaders(
  headers: Record<string, string | string[]>,
  { secret, by }: Concealed,
): Record<string, string | string[]> {
  const hide = (value: string) => value.replaceAll(secret, by);
  const kept = Object.entries(headers).filter(([name]) => name !== 'content-length');
  return Object.fromEntries(
    kept.map(([name, value]) => [name, typeof value === 'string' ? hide(value) : value.map(hide)]),
  );
}
