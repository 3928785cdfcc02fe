/** The scripts and the programs choose the same Docker engine: container/engine.sh beside contracts/docker-host.ts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEngine, isSystemSocket, type SocketLook, SYSTEM_SOCKET } from '../../contracts/docker-host.ts';

/** Files that root may open are closed to nobody but others, so the script runs as one of these. */
const UID = process.getuid?.() || 65534;
const OWN = `/run/user/${UID}/docker.sock`;
const HOMELY = '/home/me/.docker/run/docker.sock';
const MODES = { usable: 0o666, closed: 0o000 } as const;

type Sockets = Record<string, keyof typeof MODES>;
type Chosen = { host: string; isSystem: boolean };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'engines-'));
  chmodSync(root, 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What the program does. */
function byProgram(environment: NodeJS.ProcessEnv, sockets: Sockets): Chosen {
  const look: SocketLook = (path) => sockets[path] ?? 'absent';
  const { host, socketPath } = findEngine(environment, UID, look);
  return { host, isSystem: socketPath !== null && isSystemSocket(socketPath) };
}

/** What the script does in a machine whose files are below `root`. */
function byScript(environment: NodeJS.ProcessEnv, sockets: Sockets): Chosen {
  for (const [path, kind] of Object.entries(sockets)) {
    mkdirSync(join(root, dirname(path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, path), '', { mode: MODES[kind] });
    chmodSync(join(root, path), MODES[kind]);
  }
  const below = readFileSync('container/engine.sh', 'utf8')
    .replaceAll(SYSTEM_SOCKET, join(root, SYSTEM_SOCKET))
    .replaceAll('/run/user/', join(root, '/run/user/'));
  const script = `set -euo pipefail\n${below}\nchoose_engine\necho "\${DOCKER_HOST:-none}"\nif is_system_engine; then echo yes; else echo no; fi`;
  const { HOME, XDG_RUNTIME_DIR, ...rest } = environment;
  const env = {
    ...{ PATH: process.env.PATH, ...rest },
    ...(HOME ? { HOME: join(root, HOME) } : {}),
    ...(XDG_RUNTIME_DIR ? { XDG_RUNTIME_DIR: join(root, XDG_RUNTIME_DIR) } : {}),
  };
  const said = execFileSync('bash', ['-c', script], { env, uid: UID, cwd: '/', encoding: 'utf8' });
  const [host = '', isSystem] = said.replaceAll(root, '').split('\n');
  // With nothing in DOCKER_HOST the docker command takes the system's.
  return { host: host === 'none' ? `unix://${SYSTEM_SOCKET}` : host, isSystem: isSystem === 'yes' };
}

describe('script and program choose the same engine', () => {
  it.each<[string, NodeJS.ProcessEnv, Sockets]>([
    ['where there is none', {}, {}],
    ['where the system has one', { HOME: '/home/me' }, { [SYSTEM_SOCKET]: 'usable', [OWN]: 'usable' }],
    ['where the system’s is closed and the user has one', {}, { [SYSTEM_SOCKET]: 'closed', [OWN]: 'usable' }],
    ['where only the user has one', {}, { [OWN]: 'usable' }],
    [
      'where logind names another folder',
      { XDG_RUNTIME_DIR: '/xdg' },
      { [OWN]: 'usable', '/xdg/docker.sock': 'usable' },
    ],
    ['where there is no logind', { HOME: '/home/me' }, { [HOMELY]: 'usable' }],
    ['where both of the user’s are there', { HOME: '/home/me' }, { [OWN]: 'usable', [HOMELY]: 'usable' }],
    [
      'where the first of the user’s is closed',
      { HOME: '/home/me' },
      { [OWN]: 'closed', [HOMELY]: 'usable' },
    ],
    ['where all are closed', { HOME: '/home/me' }, { [SYSTEM_SOCKET]: 'closed', [HOMELY]: 'closed' }],
    ['where the only one is the user’s, and closed', { HOME: '/home/me' }, { [HOMELY]: 'closed' }],
    ['where a blank is set', { DOCKER_HOST: '', XDG_RUNTIME_DIR: '' }, { [OWN]: 'usable' }],
    ['where one is named', { DOCKER_HOST: 'unix:///x.sock' }, { [SYSTEM_SOCKET]: 'usable' }],
    ['where the system’s is named by its other path', { DOCKER_HOST: 'unix:///run/docker.sock' }, {}],
    ['where one behind TCP is named', { DOCKER_HOST: 'tcp://10.0.0.2:2376' }, { [SYSTEM_SOCKET]: 'usable' }],
  ])('%s', (_where, environment, sockets) => {
    expect(byScript(environment, sockets)).toEqual(byProgram(environment, sockets));
  });
});
