import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowlistPath, judgeMounts } from './extra-mounts.ts';

let home: string;
const at = (...parts: string[]) => join(home, ...parts);
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'nanoclaw-mounts-')));
  for (const folder of [
    'projects/site',
    'projects/.ssh',
    'projects/private',
    'projects/nanoclaw/store',
    'other',
  ])
    mkdirSync(at(folder), { recursive: true });
  mkdirSync(at('.config', 'nanoclaw'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

const allow = (list: unknown) =>
  writeFileSync(allowlistPath(home), typeof list === 'string' ? list : JSON.stringify(list));
const ROOT = { allowedRoots: [{ path: '~/projects', allowReadWrite: true }], blockedPatterns: ['private'] };

function judge(
  hostPath: string,
  { isMain = true, readonly = true, name = undefined as string | undefined } = {},
) {
  const mount = { hostPath, readonly, ...(name === undefined ? {} : { name }) };
  const place = { userHome: home, guarded: [at('projects', 'nanoclaw')] };
  const [judged] = judgeMounts([mount], isMain, place);
  return judged?.ok ? judged.mount : judged?.reason;
}

describe('a folder of the host for an agent', () => {
  it('is given read-only when it lies in an allowed root', () => {
    allow(ROOT);
    expect(judge('~/projects/site')).toEqual({ source: at('projects/site'), name: 'site', writable: false });
    expect(judge(at('projects/site'), { name: 'web' })).toMatchObject({ name: 'web' });
  });

  it.each([
    ['asked for, allowed by its root, in the main group', ROOT, true, true],
    ['asked for in another group', ROOT, false, false],
    [
      'asked for in another group, which the list lets write too',
      { ...ROOT, nonMainReadOnly: false },
      false,
      true,
    ],
    ['asked for, not allowed by its root', { allowedRoots: [{ path: '~/projects' }] }, true, false],
  ])('is writable when %s', (_case, list, isMain, writable) => {
    allow(list);
    expect(judge('~/projects/site', { isMain, readonly: false })).toMatchObject({ writable });
  });

  it.each([
    ['outside every root', '~/other', 'no allowed root'],
    ['out of the root by ..', '~/projects/../other', 'no allowed root'],
    ['with secrets', '~/projects/.ssh', 'holds ".ssh"'],
    ['that the operator blocked', '~/projects/private', 'holds "private"'],
    ['our own state', '~/projects/nanoclaw/store', 'no agent may see'],
    ['around our own state', '~/projects', 'no agent may see'],
    ['of the system', '/proc', 'no agent may see'],
    ['that is missing', '~/projects/none', 'no folder'],
  ])('%s is refused', (_case, path, reason) => {
    allow(ROOT);
    expect(judge(path)).toContain(reason);
  });

  it('is judged by its true path: a link out of the root is refused', () => {
    allow(ROOT);
    symlinkSync(at('other'), at('projects', 'link'));
    symlinkSync(at('projects', '.ssh'), at('projects', 'harmless'));
    expect([judge('~/projects/link'), judge('~/projects/harmless')]).toEqual([
      expect.stringContaining('no allowed root'),
      expect.stringContaining('.ssh'),
    ]);
  });

  it.each([
    ['no list', null, 'there is no'],
    ['broken JSON', '{', 'cannot be read'],
    ['a list of another form', { allowedRoots: 'all' }, 'is wrong: allowedRoots'],
  ])('is refused with %s', (_case, list, reason) => {
    if (list !== null) allow(list);
    expect(judge('~/projects/site')).toContain(reason);
  });

  it('needs a name of its own', () => {
    allow(ROOT);
    const mount = { hostPath: '~/projects/site', readonly: true };
    const judged = judgeMounts([mount, mount], true, { userHome: home, guarded: [] });
    expect(judged.map(({ ok }) => ok)).toEqual([true, false]);
  });
});
