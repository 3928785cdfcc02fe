/** An agent that turned against its host: the model's script gives it commands, and it runs them with its real Bash. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newestInput } from '../../src/offline-model/request.ts';
import { call, say } from '../world/anthropic-script.ts';
import { type Dns, startDns } from '../world/dns.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';

/** What a command prints when it got what it must not get. */
export const GOT = 'GOT-IT';
/** The same as commands say it, so that a command that reads itself in `/proc` has not got anything. */
export const SAY_GOT = "echo GOT''-IT";

export type Target = { server: Server; port: number; hits: string[] };

export type Scene = {
  world: World;
  installation: Installation;
  dns: Dns;
  /** A service of the host that no agent may reach, and one that was opened for the group. */
  closed: Target;
  opened: Target;
  /** Stands in secrets of the host and of the other group. */
  canary: string;
  stop(): Promise<void>;
};

/**
 * @param more lines of `.env`
 * @param prepare called before the installation's start
 */
export async function setScene(
  more: Record<string, string> = {},
  prepare: (installation: Installation) => void = () => undefined,
): Promise<Scene> {
  const [world, dns, closed, opened] = await Promise.all([startWorld(), startDns(), serve(), serve()]);
  const canary = `nc-canary-${randomBytes(8).toString('hex')}`;
  const env = { NANOCLAW_SANDBOX: 'docker', EGRESS_DNS: dns.address, THREADS_APP_SECRET: canary, ...more };
  const installation = await createInstallation({ world, env });
  answerWithToolResults(world);
  prepare(installation);
  installation.start();
  await installation.up();
  const scene = { world, installation, dns, closed, opened, canary };
  const stop = async () => {
    await installation.stop();
    await Promise.all([world.stop(), dns.stop()]);
    for (const { server } of [closed, opened]) server.close().closeAllConnections();
  };
  return { ...scene, stop };
}

/** Registers a chat for the group, with a configuration if there is one. */
export function addGroup({ installation }: Scene, folder: string, config?: object) {
  const file = join(installation.home, `${folder.replace(/\W/g, '_')}.json`);
  if (config) writeFileSync(file, JSON.stringify(config));
  const options = ['--folder', folder, '--always', ...(config ? ['--config', file] : [])];
  return installation.cli('groups', 'add', `local:${folder.replace(/\W/g, '_')}`, ...options);
}

/** Has the group's agent run a command; what it printed comes back as the chat's answer. */
export async function run(scene: Scene, command: string, chat = 'team'): Promise<string> {
  scene.world.anthropic.script.queue(call('Bash', { command, description: 'an attempt', timeout: 60_000 }));
  const { stdout } = await scene.installation.cli('chat', '--once', 'go', '--chat', chat);
  return stdout;
}

/** The container that runs for an installation's group right now; empty when none does. */
export function containerIn(installation: Installation, folder: string): string {
  const file = join(installation.paths.data, 'installation.json');
  const { id } = JSON.parse(readFileSync(file, 'utf8')) as { id: string };
  const filters = [`label=nanoclaw.installation=${id}`, `label=nanoclaw.group=${folder}`];
  const list = ['ps', '-q', ...filters.flatMap((filter) => ['--filter', filter])];
  return execFileSync('docker', list, { encoding: 'utf8' }).split('\n')[0] ?? '';
}

export const containerOf = (scene: Scene, folder: string) => containerIn(scene.installation, folder);

/** What an agent's processes were started with, read from outside. */
export function environmentOf(scene: Scene, folder: string): string {
  const read = 'cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"';
  return execFileSync('docker', ['exec', containerOf(scene, folder), 'sh', '-c', read], { encoding: 'utf8' });
}

function answerWithToolResults(world: World): void {
  world.anthropic.script.match((request) => {
    const { toolResult } = newestInput(request);
    return toolResult === null ? null : say(`ran: ${toolResult.output.slice(0, 3000)}`);
  });
}

/** On all interfaces: what a host's own service usually is. */
async function serve(): Promise<Target> {
  const hits: string[] = [];
  const server = createServer((req, res) => {
    hits.push(`${req.method} ${req.url}`);
    res.end(`${GOT}\n`);
  });
  await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
  return { server, port: (server.address() as AddressInfo).port, hits };
}
