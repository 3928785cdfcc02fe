import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../contracts/env-file.ts';
import { setEnvValue, writeEnvValues } from './env-value.ts';

describe('changing one value of a .env', () => {
  it.each([
    ['keeps a comment behind it', 'T=old   # 60일\nB=2\n', 'T=new   # 60일\nB=2\n'],
    ['takes quotes off', 'T="old # no comment" # yes\n', 'T=new # yes\n'],
    ['keeps export and blanks', 'export T = old\n', 'export T = new\n'],
    ['fills an empty one', 'A=1\nT=\n', 'A=1\nT=new\n'],
    ['keeps line ends of other systems', 'A=1\r\nT=old\r\n', 'A=1\r\nT=new\r\n'],
    ['changes each of several', 'T=a\nT=b\n', 'T=new\nT=new\n'],
    ['leaves comments alone', '# T=old\n', '# T=old\nT=new\n'],
    ['leaves longer names alone', 'T_2=x\nMY_T=y', 'T_2=x\nMY_T=y\nT=new\n'],
    ['begins an empty file', '', 'T=new\n'],
  ])('%s', (_case, before, after) => {
    expect(setEnvValue(before, 'T', 'new')).toBe(after);
    expect(parseEnvFile(after).values.T).toBe('new');
  });

  it('replaces the file as a whole, readable by its owner only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-env-'));
    const path = join(folder, '.env');
    writeFileSync(path, '# mine\nT=old\n');
    chmodSync(path, 0o644);
    writeEnvValues(path, { T: 'new', U: '1' });
    expect(readFileSync(path, 'utf8')).toBe('# mine\nT=new\nU=1\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });
});
