/** What is added to a part's logs, line by line, also when the file is rotated or cut. */
import { StringDecoder } from 'node:string_decoder';
import { findLogs, type LogFile, type Part, readRange, uniqueFiles } from './files.ts';

type Place = { offset: number; decoder: StringDecoder; rest: string };

/**
 * Follows by inode: a renamed file goes on at its place, a new one is read from its beginning, one that became
 * shorter is read anew.
 */
export class LogFollower {
  readonly #places = new Map<number, Place>();
  #isFirstLook = true;

  constructor(
    readonly folder: string,
    readonly part: Part,
  ) {}

  /** Lines added since the last look; the first look only takes note of where the files end. */
  async look(): Promise<string[]> {
    const files = uniqueFiles(await findLogs(this.folder, this.part));
    const lines: string[] = [];
    for (const file of files) lines.push(...(await this.#read(file)));
    this.#isFirstLook = false;
    return lines;
  }

  async #read(file: LogFile): Promise<string[]> {
    const known = this.#places.get(file.inode);
    const start = this.#isFirstLook ? file.size : 0;
    const place = known && known.offset <= file.size ? known : this.#newPlace(file.inode, known ? 0 : start);
    if (place.offset === file.size) return [];
    const chunk = await readRange(file.path, place.offset, file.size).catch(() => Buffer.alloc(0)); // gone: rotated away
    place.offset += chunk.length;
    const lines = (place.rest + place.decoder.write(chunk)).split('\n');
    place.rest = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  }

  #newPlace(inode: number, offset: number): Place {
    const place = { offset, decoder: new StringDecoder('utf8'), rest: '' };
    this.#places.set(inode, place);
    return place;
  }
}
