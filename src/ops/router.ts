/** Routes as data, and the one listener that serves them. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { HttpError, sendJson } from './http.ts';

export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  handle(req: IncomingMessage, res: ServerResponse, url: URL): void | Promise<void>;
};

/** @param onError told of unexpected failures; the caller gets 500 without details */
export function serveRoutes(
  routes: () => readonly Route[],
  onError: (error: Error) => void,
): RequestListener {
  return async (req, res) => {
    const target = `http://localhost${req.url ?? '/'}`;
    if (!URL.canParse(target)) return sendJson(res, 400, { error: 'the address is malformed' });
    const url = new URL(target);
    const here = routes().filter((route) => route.path === url.pathname);
    const route = here.find((candidate) => candidate.method === req.method);
    if (!route)
      return sendJson(res, here.length > 0 ? 405 : 404, { error: `no ${req.method} ${url.pathname} here` });
    try {
      await route.handle(req, res, url);
    } catch (error) {
      if (res.headersSent) return void res.destroy();
      if (error instanceof HttpError) return sendJson(res, error.status, { error: error.message });
      onError(error as Error);
      sendJson(res, 500, { error: 'internal error; the log says more' });
    }
  };
}
