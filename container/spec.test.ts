import { describe, expect, it } from 'vitest';
import { UNKNOWN_ENGINE } from './engine-kinds.ts';
import { exampleSpec } from './example-spec.ts';
import { containerOptions } from './spec.ts';

const place = { installation: 'home-1', image: 'nanoclaw-agent:latest', engine: UNKNOWN_ENGINE };
const mounts = [
  { source: '/a', target: '/workspace/group', writable: true },
  { source: '/b', target: '/run/nanoclaw', writable: false },
];

describe('the options of a container', () => {
  const options = containerOptions(exampleSpec(), mounts, place);

  it.each([
    ['has no network', 'NetworkMode', 'none'],
    ['has no capability', 'CapDrop', ['ALL']],
    ['can gain no privilege, under the default seccomp profile', 'SecurityOpt', ['no-new-privileges']],
    ['has a read-only root', 'ReadonlyRootfs', true],
    ['shares no memory segments', 'IpcMode', 'private'],
    ['has a first process that reaps and passes signals on', 'Init', true],
    ['is kept after its end, so that its exit can be read', 'AutoRemove', false],
    ['is never started again by the engine', 'RestartPolicy', { Name: 'no' }],
    ['has a process limit', 'PidsLimit', 256],
    ['has a memory limit', 'Memory', 2 ** 31],
    ['has no swap on top of it', 'MemorySwap', 2 ** 31],
    ['has a limit on every file', 'Ulimits', [{ Name: 'fsize', Soft: 2 ** 30, Hard: 2 ** 30 }]],
    ['has a CPU limit', 'NanoCpus', 1_500_000_000],
  ] as const)('say that it %s', (_, name, value) => {
    expect(options.HostConfig?.[name]).toEqual(value);
  });

  it('run it as the owner of the host’s files and name it after its group', () => {
    expect(options).toMatchObject({
      User: '1001:1002',
      name: 'nanoclaw-family-a1',
      WorkingDir: '/workspace/group',
    });
  });

  it('run it as the engine’s own user where that is not root: there it owns the host’s files', () => {
    const rootless = containerOptions(exampleSpec(), mounts, {
      ...place,
      engine: { ...UNKNOWN_ENGINE, rootless: true },
    });
    expect(rootless.User).toBe('0:0');
    expect(rootless.HostConfig?.Tmpfs?.['/home/node']).toContain('uid=0,gid=0');
  });

  it('add nothing to the command of the image', () => {
    expect(options).not.toHaveProperty('Cmd');
    expect(options).not.toHaveProperty('Entrypoint');
  });

  it('give it these variables and no other', () => {
    expect(options.Env).toEqual([
      'HOME=/home/node',
      'CLAUDE_CONFIG_DIR=/home/node/.claude',
      'NANOCLAW_RUN_DIR=/run/nanoclaw',
      'TZ=Asia/Seoul',
    ]);
  });

  it('give it scratch space that nothing can be executed from and that only it can read', () => {
    const scratch = 'rw,noexec,nosuid,nodev,size=268435456';
    expect(options.HostConfig?.Tmpfs).toEqual({
      '/tmp': `${scratch},mode=1777`,
      '/home/node': `${scratch},mode=0700,uid=1001,gid=1002`,
    });
  });

  it('bind the mounts, read-only unless they are writable', () => {
    expect(options.HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/a', Target: '/workspace/group', ReadOnly: false },
      { Type: 'bind', Source: '/b', Target: '/run/nanoclaw', ReadOnly: true },
    ]);
  });

  it('label it so that its installation finds it again', () => {
    expect(options.Labels).toEqual({
      'nanoclaw.installation': 'home-1',
      'nanoclaw.group': 'family',
      'nanoclaw.agent': 'a1',
      'nanoclaw.log': '/home/me/groups/family/logs/container-a1.log',
    });
  });
});
