/** The local chat's HTTP routes on the control socket; the protocol is described in contracts/local-chat.ts. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LocalMessage, localPostSchema } from '../../../contracts/local-chat.ts';
import { readJson, sendJson } from '../../ops/http.ts';
import type { Route } from '../../ops/router.ts';
import type { LocalChannel } from './local-channel.ts';

/** A message of 100,000 characters is at most 400 kB of UTF-8; JSON escapes may double that. */
const BODY_LIMIT = 1024 * 1024;

/** A comment line now and then lets both ends notice a dead connection. */
const KEEP_ALIVE_MS = 15_000;

export function localChatRoutes(channel: LocalChannel): Route[] {
  return [
    { method: 'POST', path: '/local/messages', handle: (req, res) => post(channel, req, res) },
    { method: 'GET', path: '/local/messages', handle: (_req, res, url) => list(channel, res, url) },
    { method: 'GET', path: '/local/events', handle: (req, res, url) => stream(channel, req, res, url) },
  ];
}

async function post(channel: LocalChannel, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parsed = localPostSchema.safeParse(await readJson(req, BODY_LIMIT));
  if (!parsed.success) {
    const error = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    return sendJson(res, 400, { error });
  }
  const receipt = await channel.post(parsed.data);
  switch (receipt.kind) {
    case 'stored':
      return sendJson(res, 202, { accepted: true, asks: receipt.asks || receipt.isCommand });
    case 'duplicate':
      return sendJson(res, 200, { accepted: false });
    case 'unregistered':
      return sendJson(res, 404, { error: `the chat "${parsed.data.chat}" is not registered` });
  }
}

function list(channel: LocalChannel, res: ServerResponse, url: URL): void {
  const { chat, after } = position(url);
  sendJson(res, 200, channel.after(chat, after));
}

function stream(channel: LocalChannel, req: IncomingMessage, res: ServerResponse, url: URL): void {
  const { chat, after } = position(url);
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (event: string, data: unknown) =>
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  let last = after;
  const sendMessage = (message: LocalMessage) => {
    if (message.chat !== chat || message.seq <= last) return;
    last = message.seq;
    send('message', message);
  };
  const sendWorking = (which: string, working: boolean) => which === chat && send('working', { working });
  for (let page = channel.after(chat, last); page.length > 0; page = channel.after(chat, last))
    page.forEach(sendMessage);
  send('working', { working: channel.isWorking(chat) });
  channel.events.on('message', sendMessage).on('working', sendWorking);
  const keepAlive = setInterval(() => res.write(':\n\n'), KEEP_ALIVE_MS);
  req.once('close', () => {
    clearInterval(keepAlive);
    channel.events.off('message', sendMessage).off('working', sendWorking);
  });
}

function position(url: URL): { chat: string; after: number } {
  const after = Number(url.searchParams.get('after') ?? 0);
  return {
    chat: url.searchParams.get('chat') ?? 'main',
    after: Number.isSafeInteger(after) && after > 0 ? after : 0,
  };
}
