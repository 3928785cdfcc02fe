/**
 * What runs inside the sandbox: the supervisor's own bundle in two other roles, so that a session needs no file of
 * the patient. `emergency-session` starts Claude Code behind a local address of the model; `emergency-verbs` joins its
 * stdio to the socket of the supervisor's verbs. Beside the sandbox, `emergency-room` looks at what it has written.
 */
import { spawn } from 'node:child_process';
import { constants, mkdirSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { folderBytes, UNWATCHED_BYTES } from '../session/folder-bytes.ts';
import { bridgeVerbs } from './bridge.ts';
import type { InsideRole } from './roles.ts';

/** Written by this very program, where the sandbox can only read it: its shape is not checked again. */
export type InsideOrder = {
  program: string;
  args: string[];
  /** Beside what the sandbox sets. */
  environment: Record<string, string>;
  brokerSocket: string;
  /** Becomes the program's stdin. */
  brief: string;
  /** Pipes that become its stdout and stderr; null: it has those of this process. */
  output: { words: string; errors: string } | null;
  /** Made when they are missing. */
  folders: string[];
};

/** Ends the process. @param argument the order's file, the verbs' socket, or the session's folder */
export async function runInside(role: InsideRole, argument: string): Promise<void> {
  switch (role) {
    case 'emergency-verbs':
      return bridgeVerbs(argument, process.stdin, process.stdout, () => process.exit(0));
    case 'emergency-room':
      process.exit(folderBytes(argument, UNWATCHED_BYTES) > UNWATCHED_BYTES ? 1 : 0);
      break;
    case 'emergency-session':
      process.exit(await runClaude(JSON.parse(readFileSync(argument, 'utf8')) as InsideOrder));
  }
}

async function runClaude(order: InsideOrder): Promise<number> {
  for (const folder of order.folders) mkdirSync(folder, { recursive: true });
  const port = await listenFor(order.brokerSocket);
  const environment = {
    ...process.env,
    ...order.environment,
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/anthropic`,
  };
  const stdio = [openSync(order.brief, 'r'), ...outputOf(order)];
  const child = spawn(order.program, order.args, { stdio, env: environment });
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 128));
  });
}

/** An open waits until somebody listens at the other end. */
function outputOf({ output }: InsideOrder): (number | 'inherit')[] {
  if (output === null) return ['inherit', 'inherit'];
  return [output.words, output.errors].map((path) => openSync(path, constants.O_WRONLY));
}

/** The model's address: bytes go to the supervisor's forwarder untouched. */
async function listenFor(brokerSocket: string): Promise<number> {
  const server = createServer((local) => pipe(local, connect(brokerSocket)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port; // a server on TCP has no path
}

/** While the supervisor is away the connection closes at once, and Claude Code tries again by itself. */
function pipe(local: Socket, broker: Socket): void {
  local.on('error', () => broker.destroy()).on('close', () => broker.destroy());
  broker.on('error', () => undefined).on('close', (failed) => (failed ? local.destroy() : local.end()));
  local.pipe(broker).pipe(local);
}
