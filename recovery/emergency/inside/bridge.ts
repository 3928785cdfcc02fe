/**
 * Joins the stdio of an MCP client to the verbs' socket and dials again when the supervisor is replaced.
 *
 * Invariant: every request gets an answer. One that was under way when the connection broke is answered with an
 * error: whether it was carried out is for the new supervisor to find out, and nothing is asked twice.
 */
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { LineSplitter } from '../../../contracts/lines.ts';

const REDIAL_MS = 200;
const LINE_LIMIT = 4 * 1024 * 1024;

/** @param end called when the client has closed its input */
export function bridgeVerbs(path: string, input: Readable, output: Writable, end: () => void): void {
  const waiting = new Map<string, unknown>();
  let held: string[] = [];
  let socket: Socket | null = null;
  const answer = (id: unknown) => {
    const message = 'the supervisor was restarted meanwhile; look at the evidence, then ask again';
    output.write(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message } })}\n`);
  };
  const dial = () => {
    const dialled = connect(path);
    const lines = new LineSplitter(LINE_LIMIT);
    dialled.on('connect', () => {
      socket = dialled;
      for (const line of held) dialled.write(`${line}\n`);
      held = [];
    });
    dialled.on('data', (part) => {
      for (const line of lines.push(part)) {
        waiting.delete(keyOf(idOf(line)));
        output.write(`${line}\n`);
      }
    });
    dialled.on('error', () => undefined); // `close` follows and dials again
    dialled.on('close', () => {
      if (socket === dialled) {
        for (const id of waiting.values()) answer(id);
        waiting.clear();
      }
      socket = null;
      if (!isOver) setTimeout(dial, REDIAL_MS);
    });
  };
  const requests = new LineSplitter(LINE_LIMIT);
  input.on('data', (part: Buffer) => {
    for (const line of requests.push(part)) {
      const id = idOf(line);
      if (id !== undefined) waiting.set(keyOf(id), id);
      if (socket === null) held.push(line);
      else socket.write(`${line}\n`);
    }
  });
  let isOver = false;
  input.on('end', () => {
    isOver = true;
    socket?.destroy();
    end();
  });
  dial();
}

function keyOf(id: unknown): string {
  return JSON.stringify(id) ?? '';
}

/** The id of a request or answer; undefined for a notification and for what is no JSON. */
function idOf(line: string): unknown {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? Reflect.get(message, 'id') : undefined;
  } catch {
    return undefined; // passed on as it is: the other end refuses it
  }
}
