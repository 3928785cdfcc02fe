import { expect, it } from 'vitest';
import { readEngineInfo, rowOfEngine } from './sandbox-row.ts';

const SECCOMP = 'name=seccomp,profile=default';

it.each([
  ['all there', { SecurityOptions: [SECCOMP] }, 'docker', []],
  ['AppArmor as well', { SecurityOptions: ['name=apparmor', SECCOMP] }, 'docker', []],
  ['no CPU controller', { SecurityOptions: [SECCOMP], CpuCfsQuota: false }, 'docker-limited', ['cpu']],
  ['no seccomp', { SecurityOptions: null, PidsLimit: false }, 'docker-limited', ['processes', 'seccomp']],
  [
    'no root',
    { SecurityOptions: ['name=rootless', SECCOMP], MemoryLimit: false },
    'docker-rootless',
    ['memory'],
  ],
  ['no root and all it needs', { SecurityOptions: [SECCOMP, 'name=rootless'] }, 'docker-rootless', []],
  [
    'no root on cgroup v1, where Docker uses none',
    { SecurityOptions: [SECCOMP, 'name=rootless'], CgroupDriver: 'none', CgroupVersion: '1' },
    'docker-rootless',
    ['cpu', 'memory', 'processes'],
  ],
])('an engine with %s is the row %s → %s', (_with, info, row, lacks) => {
  const facts = readEngineInfo({ ServerVersion: '24.0', ...info });
  expect(facts).toMatchObject({ version: '24.0', lacks });
  expect(facts && rowOfEngine(facts)).toBe(row);
});

it('an engine that gives containers other users on the host is known', () => {
  expect(readEngineInfo({ SecurityOptions: [SECCOMP, 'name=userns'] })).toMatchObject({ remapped: true });
  expect(readEngineInfo({ SecurityOptions: [SECCOMP] })).toMatchObject({ remapped: false });
});

it('an answer that is none tells nothing', () => {
  expect(readEngineInfo('busy')).toBeNull();
});
