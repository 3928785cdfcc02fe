/**
 * Which Docker engine is ours: the one that `DOCKER_HOST` names, else the system's, else one that this user runs
 * without root. Every part asks here, so that none heals or looks at another engine than the one agents run on;
 * container/engine.sh does the same for the scripts, and a test compares the two. Contexts of the docker command are not
 * looked at.
 */
import { accessSync, constants, existsSync } from 'node:fs';

export const SYSTEM_SOCKET = '/var/run/docker.sock';

export type Engine = {
  /** As `DOCKER_HOST` would name it. */
  host: string;
  /** Null for an engine that is not reached through a unix socket. */
  socketPath: string | null;
  /** Whether there is reason to expect an engine: it was named, or there is a socket. */
  isThere: boolean;
};

export type SocketLook = (path: string) => 'usable' | 'closed' | 'absent';

/** @param uid of this process; names the folder that logind makes for the user */
export function findEngine(
  environment: NodeJS.ProcessEnv,
  uid: number,
  look: SocketLook = lookAtSocket,
): Engine {
  const named = environment.DOCKER_HOST;
  if (named) return { host: named, socketPath: pathIn(named), isThere: true };
  const sockets = [SYSTEM_SOCKET, ...usersSockets(environment, uid)];
  const found =
    sockets.find((path) => look(path) === 'usable') ?? sockets.find((path) => look(path) === 'closed');
  const socketPath = found ?? SYSTEM_SOCKET;
  return { host: `unix://${socketPath}`, socketPath, isThere: found !== undefined };
}

/** Where dockerd-rootless.sh puts its socket: under logind, and where there is none. */
function usersSockets({ XDG_RUNTIME_DIR, HOME }: NodeJS.ProcessEnv, uid: number): string[] {
  // A system service of the user has no XDG_RUNTIME_DIR.
  const runtime = `${XDG_RUNTIME_DIR || `/run/user/${uid}`}/docker.sock`;
  return HOME ? [runtime, `${HOME}/.docker/run/docker.sock`] : [runtime];
}

/** `/var/run` is a link to `/run`. */
export function isSystemSocket(path: string): boolean {
  return path.replace(/^\/run\//, '/var/run/') === SYSTEM_SOCKET;
}

function pathIn(host: string): string | null {
  return host.startsWith('unix://') ? host.slice('unix://'.length) : null;
}

function lookAtSocket(path: string): ReturnType<SocketLook> {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return 'usable';
  } catch {
    return existsSync(path) ? 'closed' : 'absent'; // which of the two is all that is asked
  }
}
