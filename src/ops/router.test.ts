import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HttpError, sendJson } from './http.ts';
import { type Route, serveRoutes } from './router.ts';

let server: Server;
const errors: Error[] = [];
const routes: Route[] = [
  { method: 'GET', path: '/ok', handle: (_req, res) => sendJson(res, 200, { ok: true }) },
  { method: 'GET', path: '/refused', handle: () => Promise.reject(new HttpError(409, 'not now')) },
  { method: 'GET', path: '/broken', handle: () => Promise.reject(new Error('secret detail')) },
];

beforeEach(async () => {
  errors.length = 0;
  server = createServer(
    serveRoutes(
      () => routes,
      (error) => errors.push(error),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Sends the path as it stands, unlike `fetch`, which mends it first. */
function ask(path: string, method = 'GET'): Promise<{ status: number | undefined; body: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, agent: false }, (res) => {
      let body = '';
      res.on('data', (chunk) => {
        body += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode, body }));
    });
    asked.on('error', reject).end();
  });
}

it.each([
  ['/ok', 'GET', 200],
  ['/ok?x=1', 'GET', 200],
  ['/ok', 'POST', 405],
  ['/nowhere', 'GET', 404],
  ['/refused', 'GET', 409],
  ['//', 'GET', 404],
  ['//:', 'GET', 404],
  ['/%', 'GET', 404],
])('answers %s %s with %i', async (path, method, status) => {
  expect((await ask(path, method)).status).toBe(status);
  expect(errors).toEqual([]);
});

it('keeps the details of an unexpected error to itself', async () => {
  const { status, body } = await ask('/broken');
  expect(status).toBe(500);
  expect(body).not.toContain('secret');
  expect(errors).toHaveLength(1);
});
