/**
 * Steering the test world from outside its process: a person with curl, or another program.
 *   GET  /world                    every stand-in: address, faults it knows, what it got
 *   POST /world/<name>/misbehave   a fault as JSON; {"kind":"none"} ends them all
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../../src/offline-model/body.ts';
import { listenOnLoopback } from './loopback.ts';
import type { StandIn } from './stand-in.ts';

export type StandIns = Readonly<Record<string, StandIn>>;

/** @param port 0 takes a free one */
export async function startControl(standIns: StandIns, port: number) {
  const server = await listenOnLoopback(port, (req, res) => {
    answer(req, res, standIns).catch((error: unknown) => reply(res, 400, { error: explain(error) }));
  });
  return { url: server.url, stop: () => server.refuse() };
}

async function answer(req: IncomingMessage, res: ServerResponse, standIns: StandIns): Promise<void> {
  if (req.method === 'GET' && req.url === '/world') return reply(res, 200, describe(standIns));
  const name = /^\/world\/(\w+)\/misbehave$/.exec(req.url ?? '')?.[1] ?? '';
  const standIn = Object.hasOwn(standIns, name) ? standIns[name] : undefined;
  if (req.method !== 'POST' || standIn === undefined) {
    const names = Object.keys(standIns).join('|');
    return reply(res, 404, { error: `ask for GET /world or POST /world/(${names})/misbehave` });
  }
  const fault: unknown = JSON.parse(await readBody(req));
  await standIn.misbehave(fault);
  return reply(res, 200, { [name]: fault });
}

function describe(standIns: StandIns): object {
  return Object.fromEntries(
    Object.entries(standIns).map(([name, { url, faults, received }]) => [
      name,
      { url, faults, received: received() },
    ]),
  );
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) return `no such fault: ${z.prettifyError(error)}`;
  return error instanceof Error ? error.message : 'the request failed';
}

function reply(res: ServerResponse, status: number, body: object): void {
  if (res.headersSent) return void res.destroy();
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(`${JSON.stringify(body, null, 2)}\n`);
}
