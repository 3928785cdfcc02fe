/**
 * What runs inside the sandbox: the supervisor's own bundle in two other roles, so that a session needs no file of
 * the patient. `emergency-session` starts Claude Code behind a local address of the model; `emergency-verbs` joins its
 * stdio to the socket of the supervisor's verbs.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { z } from 'zod';
import { bridgeVerbs } from './bridge.ts';

export const insideOrderSchema = z.object({
  program: z.string(),
  args: z.array(z.string()),
  /** Beside what the sandbox sets. */
  environment: z.record(z.string(), z.string()),
  brokerSocket: z.string(),
  /** Becomes the program's stdin. */
  brief: z.string(),
  /** Made when they are missing. */
  folders: z.array(z.string()),
});
export type InsideOrder = z.infer<typeof insideOrderSchema>;

export const INSIDE_ROLES = ['emergency-session', 'emergency-verbs'] as const;

/** Whether this process is one inside the sandbox. @param role first argument of the program */
export function isInsideRole(role: string | undefined): role is (typeof INSIDE_ROLES)[number] {
  return INSIDE_ROLES.some((known) => known === role);
}

/** Ends the process. @param argument the order's file, or the verbs' socket */
export async function runInside(role: (typeof INSIDE_ROLES)[number], argument: string): Promise<void> {
  if (role === 'emergency-verbs')
    return bridgeVerbs(argument, process.stdin, process.stdout, () => process.exit(0));
  const order = insideOrderSchema.parse(JSON.parse(readFileSync(argument, 'utf8')));
  process.exit(await runClaude(order));
}

async function runClaude(order: InsideOrder): Promise<number> {
  for (const folder of order.folders) mkdirSync(folder, { recursive: true });
  const port = await listenFor(order.brokerSocket);
  const environment = {
    ...process.env,
    ...order.environment,
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/anthropic`,
  };
  const stdio = [openSync(order.brief, 'r'), 'inherit', 'inherit'] as const;
  const child = spawn(order.program, order.args, { stdio: [...stdio], env: environment });
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 128));
  });
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
