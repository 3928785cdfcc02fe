import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleSpec } from './example-spec.ts';
import { listMounts, resolveMounts } from './mounts.ts';
import type { AgentSpec } from './sandbox.ts';

const shown = (changes: Partial<AgentSpec>) =>
  listMounts(exampleSpec(changes)).map(
    ({ source, target, writable }) => `${source} ${target} ${writable ? 'rw' : 'ro'}`,
  );

describe('the mounts of a spec', () => {
  it('are its run folder, its group, its Claude state, and its logs read-only over the group', () => {
    expect(shown({})).toEqual([
      '/home/me/run/agents/a1 /run/nanoclaw ro',
      '/home/me/groups/family /workspace/group rw',
      '/home/me/data/sessions/family/.claude /home/node/.claude rw',
      '/home/me/groups/family/logs /workspace/group/logs ro',
    ]);
  });

  const cases: [string, Partial<AgentSpec>, string][] = [
    [
      'the global folder read-only',
      { globalDir: { source: '/g', writable: false } },
      '/g /workspace/global ro',
    ],
    [
      'the global folder writable for main',
      { globalDir: { source: '/g', writable: true } },
      '/g /workspace/global rw',
    ],
    [
      'project folders read-only',
      { projectDirs: [{ source: '/p/src', name: 'src' }] },
      '/p/src /workspace/project/src ro',
    ],
    [
      'an extra folder',
      { extraMounts: [{ source: '/x', name: 'x', writable: true }] },
      '/x /workspace/extra/x rw',
    ],
    ['a runner under development', { devRunner: '/d/runner.js' }, '/d/runner.js /opt/nanoclaw/runner.js ro'],
  ];
  it.each(cases)('hold %s', (_, changes, expected) => {
    expect(shown(changes)).toContain(expected);
  });

  it('leave logs alone that lie outside the group', () => {
    expect(shown({ logFile: '/var/log/a1.log' }).join()).not.toContain('log');
  });

  it.each(['..', '.', 'a/b', '', '-x', 'a b'])('refuse the name “%s”', (name) => {
    expect(() => shown({ group: name })).toThrow(expect.objectContaining({ code: 'bad_spec' }));
    expect(() => shown({ projectDirs: [{ source: '/p', name }] })).toThrow(/cannot be the name/);
  });
});

describe('the sources of mounts', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'mounts-')));
    await mkdir(join(folder, 'real', 'inner'), { recursive: true });
    await symlink('real', join(folder, 'link'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const resolve = (source: string) =>
    resolveMounts([{ source: join(folder, source), target: '/t', writable: true }]);

  it('may lie behind a link of the operator and are then given by their true path', async () => {
    expect(await resolve('link/inner')).toEqual([
      { source: join(folder, 'real', 'inner'), target: '/t', writable: true },
    ]);
  });

  it.each([
    ['link', 'source_is_link'],
    ['none', 'source_missing'],
  ])('are refused when they are no true folder: %s', async (source, code) => {
    await expect(resolve(source)).rejects.toMatchObject({ name: 'SandboxError', code });
  });
});
