/**
 * Server-sent events out of a text stream, as the HTML standard describes them ("9.2.6 Interpreting an event
 * stream"). Only what the page needs: `event` and `data`. An event not ended by an empty line is never given out.
 */

export type SseEvent = { event: string; data: string };

export class SseParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** Takes a piece of the stream, cut anywhere, and returns the events it completes. */
  push(piece: string): SseEvent[] {
    // A trailing CR may be half of a CR LF: it waits for the next piece.
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): SseEvent[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return []; // comments (an empty field name), `id` and `retry` carry nothing for us
  }

  #dispatch(): SseEvent[] {
    const event = { event: this.#event || 'message', data: this.#data.join('\n') };
    const empty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    return empty ? [] : [event];
  }
}
