/** Server-sent events from text chunks: the part of the format that our own services write. */

export type ServerEvent = { event: string; data: string };

export class EventParser {
  #rest = '';

  /** Takes a chunk of text, returns the events it completes; comments are dropped. */
  push(chunk: string): ServerEvent[] {
    const blocks = (this.#rest + chunk.replaceAll('\r\n', '\n')).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.map(parseBlock).filter((event) => event.data !== '');
  }
}

function parseBlock(block: string): ServerEvent {
  const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/su.exec(line));
  const all = (name: string) =>
    fields.filter((field) => field?.[1] === name).map((field) => field?.[2] ?? '');
  return { event: all('event').at(-1) ?? 'message', data: all('data').join('\n') };
}
