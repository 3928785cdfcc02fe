/** The local chat over the orchestrator's control socket; the protocol is in contracts/local-chat.ts. */
import { StringDecoder } from 'node:string_decoder';
import { localMessageSchema } from '../../../contracts/local-chat.ts';
import { reasonOf, UnreachableError } from '../errors.ts';
import { openStream, request } from '../http.ts';
import { EventParser, type ServerEvent } from './sse.ts';
import { type ChatEvent, type ChatTransport, type Posted, RefusedError } from './transport.ts';

/** A post is answered after one durable write. */
const POST_TIMEOUT_MS = 10_000;
/** The service sends a comment every 15 s; three missed ones mean a dead connection. */
const SILENCE_LIMIT_MS = 45_000;

export function socketTransport(socketPath: string): ChatTransport {
  const target = { socketPath };
  return {
    async post(message, signal) {
      const ask = { target, path: '/local/messages', method: 'POST', body: message } as const;
      const { status, text } = await request({ ...ask, timeoutMs: POST_TIMEOUT_MS, signal });
      if (status >= 500) throw new UnreachableError(`HTTP ${status}`);
      if (status >= 400) throw new RefusedError(readField(text, 'error') ?? `HTTP ${status}`);
      return readPosted(text);
    },
    async *events(chat, after, signal) {
      const path = `/local/events?chat=${encodeURIComponent(chat)}&after=${after}`;
      const response = await openStream({ target, path, timeoutMs: POST_TIMEOUT_MS, signal });
      const end = () => response.destroy();
      signal.addEventListener('abort', end, { once: true });
      response.setTimeout(SILENCE_LIMIT_MS, end);
      if (response.statusCode !== 200) throw new UnreachableError(`HTTP ${response.statusCode}`);
      try {
        yield* parseEvents(response);
      } catch (cause) {
        throw new UnreachableError(reasonOf(cause), { cause });
      } finally {
        signal.removeEventListener('abort', end);
        end();
      }
    },
  };
}

async function* parseEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<ChatEvent> {
  const decoder = new StringDecoder('utf8');
  const parser = new EventParser();
  for await (const chunk of chunks) {
    for (const event of parser.push(decoder.write(chunk))) {
      const understood = understand(event);
      if (understood !== null) yield understood;
    }
  }
}

/** Null for events of a newer service that this version doesn't know. */
function understand({ event, data }: ServerEvent): ChatEvent | null {
  const value: unknown = JSON.parse(data);
  if (event === 'message') return { type: 'message', message: localMessageSchema.parse(value) };
  if (event === 'working')
    return { type: 'working', working: (value as { working?: unknown }).working === true };
  return null;
}

function readPosted(text: string): Posted {
  const { asks } = JSON.parse(text) as { asks?: unknown };
  return { asks: typeof asks === 'boolean' ? asks : null };
}

function readField(text: string, name: string): string | null {
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : null;
  } catch {
    return null; // not JSON: the caller falls back to the status
  }
}
