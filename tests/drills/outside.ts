/**
 * How a scene's installation gets to the outside: a name server of its own tells where it is, and a route leads there.
 * Either can be taken away for real. The rest of the machine has no part in it: the address is one of loopback, and in
 * a mount namespace only the installation has that name server.
 *
 * Invariant: the route is there again when the scene ends.
 */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dns, startDns } from '../world/dns.ts';
import { isRoot, runAsRoot } from './as-root.ts';
import { Door } from './door.ts';
import type { Scene } from './scene.ts';

/** What the outside is called; `.test` is nobody's (RFC 6761). */
const NAME = 'outside.test';
const HERE = '127.0.0.1';
const DNS_PORT = 53;
/** Runs the rest of its arguments where the first one is the list of name servers. */
const WITH_RESOLVER = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';

/** Without them connections stay, and new ones are not to be had; without it nothing gets through at all. */
export type Way = 'names' | 'route';

/** Whether ways can be made and taken away on this machine. */
export function mayLeadWays(): boolean {
  if (!isRoot()) return false;
  try {
    execFileSync('ip', ['route', 'show', 'table', 'local'], { stdio: 'ignore' });
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // a program is missing, or the right to use it
  }
}

export class Outside {
  /** None but this drill's, by chance of one in sixty thousand. */
  readonly #address = `127.77.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  #names: Dns | null = null;
  #isRouteGone = false;

  /** Before the scene's installation starts: everything it talks to is outside from then on. */
  static async lead(scene: Scene): Promise<Outside> {
    const outside = new Outside();
    scene.atEnd(() => outside.#end());
    scene.beforeEnd(() => outside.mend());
    await outside.mend();
    for (const port of moveOut(scene)) {
      const door = new Door({ host: outside.#address, port }, { host: HERE, port });
      await door.open();
      scene.atEnd(() => door.shut());
    }
    const resolver = join(scene.home, 'resolv.conf');
    writeFileSync(resolver, `nameserver ${outside.#address}\noptions timeout:1 attempts:1\n`);
    const inItsOwn = ['--mount', 'sh', '-c', WITH_RESOLVER, resolver];
    scene.installation.launcher = ['unshare', ...inItsOwn, process.execPath];
    return outside;
  }

  async cut(way: Way): Promise<void> {
    if (way === 'names') return this.#end();
    this.#route('add');
  }

  /** Both ways are there again. May be called twice. */
  async mend(): Promise<void> {
    if (this.#isRouteGone) this.#route('del');
    if (this.#names !== null) return;
    this.#names = await startDns({ address: this.#address, port: DNS_PORT });
    this.#names.answer(NAME, this.#address);
  }

  #route(order: 'add' | 'del'): void {
    // Before the route that all of loopback has.
    runAsRoot('ip', 'route', order, 'unreachable', `${this.#address}/32`, 'table', 'local');
    this.#isRouteGone = order === 'add';
  }

  async #end(): Promise<void> {
    await this.#names?.stop();
    this.#names = null;
  }
}

/** Has everything looked for by its name. @returns on which ports */
function moveOut(scene: Scene): Set<number> {
  const { slack, discord } = scene.world;
  const sockets = [slack.socketDoor, discord.socketDoor];
  for (const door of sockets) door.announceAt(NAME);
  const { env } = scene.installation.paths;
  const named = [...readFileSync(env, 'utf8').matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) =>
    Number(port),
  );
  scene.rewrite(env, (text) => text.replaceAll(HERE, NAME));
  return new Set([...named, ...sockets.map(({ port }) => port)]);
}
