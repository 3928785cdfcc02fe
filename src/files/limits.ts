/** Sizes and times of files, one place for both directions. */

/** Largest file that is taken in or sent, bytes: Discord lets people send this much, and a bot a little less. */
export const FILE_LIMIT = 25 * 1024 * 1024;

/** Getting one file may take this long, milliseconds: the limit above at 4 Mbit/s. */
export const FETCH_LIMIT_MS = 60_000;

/** A name that is safe as one step of a path and still tells a person what it is. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = last.replace(/[\u0000-\u001f\u007f]/g, '').replace(/^\.+/, '');
  const fits = [...plain].reduce(
    (kept, char) => (Buffer.byteLength(kept + char) <= 120 ? kept + char : kept),
    '',
  );
  return fits === '' ? 'file' : fits;
}

/** Pasted pictures all have one name: the second becomes `image-2.png`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const [, stem = name, extension = ''] = /^(.+?)(\.[^.]*)?$/s.exec(name) ?? [];
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${stem}-${number}${extension}`;
    taken.add(free);
    return free;
  });
}
