import { expect, test } from 'vitest';
import { guarded } from './container-guard.ts';
import { type ContainerOrder, containerName, containerSpec, userInside } from './container-spec.ts';
import { enginePath } from './engine-path.ts';

const FACTS = { rootless: false, remapped: false, lacks: [] };
const IN_CONTAINER = { usernsMode: '' };
const ORDER: ContainerOrder = {
  ...{ installation: 'ab12', image: 'nanoclaw-agent:latest', uid: 1000, arch: 'x64', limitSeconds: 1799.2 },
  shown: [
    { source: '/srv/claw/project', target: '/project', writable: true },
    { source: '/srv/claw/order', target: '/session', writable: false },
  ],
  ...{ facts: FACTS, own: null },
};

test('a session’s container has no network, no capability, no way to new ones, and a root it cannot write to', () => {
  expect(containerSpec(ORDER).HostConfig).toMatchObject({
    ...{ NetworkMode: 'none', IpcMode: 'none', ReadonlyRootfs: true },
    ...{ CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] },
  });
  expect(containerSpec(ORDER).HostConfig).not.toHaveProperty('Tmpfs');
});

test('what is shown is all that is mounted, and only what it may change is writable', () => {
  expect(containerSpec(ORDER).HostConfig.Mounts).toMatchObject([
    { Source: '/srv/claw/project', Target: '/project', ReadOnly: false },
    { Source: '/srv/claw/order', Target: '/session', ReadOnly: true },
  ]);
});

test('memory, processes and CPU are limited for all of it together', () => {
  const { Memory, MemorySwap, PidsLimit, NanoCpus } = containerSpec(ORDER).HostConfig;
  expect({ Memory, MemorySwap, PidsLimit, NanoCpus }).toEqual({
    ...{ Memory: 2 ** 31, MemorySwap: 2 ** 31, PidsLimit: 256, NanoCpus: 1e9 },
  });
});

test('an engine that cannot limit is asked for what it can do instead', () => {
  const lacks = ['cpu', 'memory', 'processes'] as const;
  const { HostConfig } = containerSpec({ ...ORDER, facts: { ...FACTS, lacks } });
  expect(HostConfig).not.toHaveProperty('NanoCpus');
  expect(HostConfig.Ulimits.map(({ Name }) => Name)).toEqual(['fsize', 'core', 'msgqueue', 'data', 'nproc']);
});

test('who stops all agents by their name or label does not stop it', () => {
  expect(containerName('ab12')).not.toContain('nanoclaw-');
  expect(Object.keys(containerSpec(ORDER).Labels)).toEqual(['nanoclaw.doctor']);
});

test.each([
  ['root', { uid: 0 }, '65534:65534'],
  ['an ordinary user', { uid: 1000 }, '1000:65534'],
  ['a user whose engine runs without root', { facts: { ...FACTS, rootless: true } }, '0:0'],
  [
    'root in a container of an engine without root',
    { uid: 0, facts: { ...FACTS, rootless: true }, own: IN_CONTAINER },
    '65534:65534',
  ],
])('the session of %s owns the files that it is shown', (_who, change, user) => {
  expect(userInside({ ...ORDER, ...change })).toBe(user);
});

test.each([
  ['the host’s users', { facts: { ...FACTS, remapped: true } }, 'host'],
  ['its own users', { facts: { ...FACTS, remapped: true }, own: IN_CONTAINER }, ''],
])('an engine that gives containers other users is asked for %s', (_whose, change, mode) => {
  expect(containerSpec({ ...ORDER, ...change }).HostConfig.UsernsMode).toBe(mode);
});

test('the guard knows what to count and for how long, and is not trusted where it cannot protect itself', () => {
  expect(containerSpec(ORDER).Cmd.slice(2, 8)).toEqual([
    ...['157', '1800', String(2 ** 31), '30', '/project', '/session'],
  ]);
  expect(() => guarded(['node'], { ...ORDER, arch: 'riscv64' })).toThrow('riscv64');
});

const MOUNTS = {
  mounts: [
    { source: '/srv/claw', destination: '/data' },
    { source: '/var/lib/docker/volumes/state/_data', destination: '/data/supervisor' },
    { source: '', destination: '/data/tmp' },
  ],
};

test.each([
  ['/data', '/srv/claw'],
  ['/data/run/emergency', '/srv/claw/run/emergency'],
  ['/data/supervisor/sessions/inc-1', '/var/lib/docker/volumes/state/_data/sessions/inc-1'],
  ['/data/tmp/x', null],
  ['/database', null],
  ['/opt/app/node_modules', null],
])('the engine finds %s at %s', (path, source) => {
  expect(enginePath(path, MOUNTS)).toBe(source);
  expect(enginePath(path, null)).toBe(path);
});
