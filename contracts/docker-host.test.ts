import { expect, it } from 'vitest';
import { findEngine, type SocketLook, SYSTEM_SOCKET } from './docker-host.ts';

const OWN = '/run/user/1000/docker.sock';
const HOMELY = '/home/me/.docker/run/docker.sock';

it.each<[string, NodeJS.ProcessEnv, Record<string, ReturnType<SocketLook>>, string, boolean]>([
  ['is the system’s', {}, { [SYSTEM_SOCKET]: 'usable', [OWN]: 'usable' }, SYSTEM_SOCKET, true],
  [
    'is the one a user runs, where the system’s is closed to him',
    {},
    { [SYSTEM_SOCKET]: 'closed', [OWN]: 'usable' },
    OWN,
    true,
  ],
  ['is the one a user runs, where the system has none', {}, { [OWN]: 'usable' }, OWN, true],
  [
    'lies in XDG_RUNTIME_DIR, where that is set',
    { XDG_RUNTIME_DIR: '/tmp/x' },
    { [OWN]: 'usable', '/tmp/x/docker.sock': 'usable' },
    '/tmp/x/docker.sock',
    true,
  ],
  ['lies in the home folder without logind', { HOME: '/home/me' }, { [HOMELY]: 'usable' }, HOMELY, true],
  [
    'is the closed one where there is no other: that is said, not passed over',
    {},
    { [SYSTEM_SOCKET]: 'closed' },
    SYSTEM_SOCKET,
    true,
  ],
  ['is expected nowhere without a socket', {}, {}, SYSTEM_SOCKET, false],
  [
    'is the one that DOCKER_HOST names, there or not',
    { DOCKER_HOST: 'unix:///x.sock' },
    { [SYSTEM_SOCKET]: 'usable' },
    '/x.sock',
    true,
  ],
])('the engine %s', (_, environment, sockets, socketPath, isThere) => {
  const look: SocketLook = (path) => sockets[path] ?? 'absent';
  expect(findEngine(environment, 1000, look)).toEqual({ host: `unix://${socketPath}`, socketPath, isThere });
});

it('an engine behind TCP has no socket here', () => {
  const environment = { DOCKER_HOST: 'tcp://10.0.0.2:2376' };
  expect(findEngine(environment, 1000, () => 'usable')).toEqual({
    host: environment.DOCKER_HOST,
    socketPath: null,
    isThere: true,
  });
});
