/** Reads a stream of server-sent events: the data of each event, whatever pieces the bytes come in. */

/** An event that does not end within this is no answer of a chat model, characters. */
const LONGEST_EVENT = 256 * 1024;

/** The bytes are no stream of events. */
export class EventStreamError extends Error {
  readonly code = 'BAD_EVENT_STREAM';
}

/** @throws EventStreamError; whatever the source throws */
export async function* readEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let held = '';
  for await (const chunk of source) {
    held += decode(decoder, chunk);
    const records = held.replaceAll('\r\n', '\n').split('\n\n');
    held = records.pop() ?? '';
    if (held.length > LONGEST_EVENT) throw new EventStreamError('an event is too long');
    for (const record of records) yield* dataOf(record);
  }
  // An event without its blank line was cut off: by the protocol it counts for nothing.
}

function decode(decoder: TextDecoder, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new EventStreamError('not UTF-8', { cause });
  }
}

/** Comments and other fields are allowed; a line that is neither is a sign of something else than events. */
function* dataOf(record: string): Generator<string> {
  const data: string[] = [];
  for (const line of record.split('\n')) {
    if (line === '' || line.startsWith(':') || /^(?:event|id|retry):/u.test(line)) continue;
    if (!line.startsWith('data:')) throw new EventStreamError('a line is no field of an event');
    data.push(line.slice('data:'.length).replace(/^ /u, ''));
  }
  if (data.length > 0) yield data.join('\n');
}
