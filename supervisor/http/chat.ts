/** The page's chat box, passed on to the orchestrator's control socket. While that is down the page keeps the text. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { LOCAL_TEXT_LIMIT } from '../../contracts/local-chat.ts';
import { readJson, sendError } from './reply.ts';

/** The page's own conversation. */
const CHAT = 'main';
const SENDER = 'web';
/** A restart is over within about this time. */
const RETRY_AFTER_MS = 1000;
const TIMEOUT_MS = 10_000;

const postSchema = z.object({
  id: z.string().min(1).max(100),
  text: z.string().min(1).max(LOCAL_TEXT_LIMIT),
});

/** POST /api/chat {id, text}; the same id again stores nothing, so a repeat is harmless. */
export async function postChat(socketPath: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parsed = postSchema.safeParse(await readJson(req));
  if (!parsed.success) return sendError(res, 400, 'bad_message');
  const body = JSON.stringify({ ...parsed.data, chat: CHAT, sender: SENDER });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const options = { socketPath, method: 'POST', path: '/local/messages', headers, timeout: TIMEOUT_MS };
  passOn(options, body, res);
}

/** GET /api/chat/events?after=<seq>: the conversation as it grows. */
export function streamChat(socketPath: string, after: string | null, res: ServerResponse): void {
  const from = /^\d{1,15}$/.test(after ?? '') ? after : '0';
  passOn({ socketPath, path: `/local/events?chat=${CHAT}&after=${from}` }, null, res);
}

function passOn(options: object, body: string | null, res: ServerResponse): void {
  const upstream = request({ ...options, agent: false }, (answer) => {
    const type = answer.headers['content-type'] ?? 'application/json';
    res.writeHead(answer.statusCode ?? 502, { 'content-type': type, 'cache-control': 'no-store' });
    res.flushHeaders();
    answer.pipe(res);
    answer.on('error', () => res.destroy());
    answer.on('close', () => res.end());
  });
  upstream.on('timeout', () => upstream.destroy());
  upstream.on('error', () => {
    if (res.headersSent) res.destroy();
    else sendError(res, 503, 'service_down', { retryAfterMs: RETRY_AFTER_MS });
  });
  res.on('close', () => upstream.destroy());
  upstream.end(body ?? undefined);
}
