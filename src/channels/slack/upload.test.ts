import { describe, expect, it } from 'vitest';
import { bringsFile, keyedName } from './upload.ts';

describe('the name of a file under its key', () => {
  it.each([
    ['report.pdf', 'report-t1.1.pdf'],
    ['archive.tar.gz', 'archive.tar-t1.1.gz'],
    ['README', 'README-t1.1'],
    ['.env.example', '.env-t1.1.example'],
    ['.profile', '.profile-t1.1'],
    ['요약.txt', '요약-t1.1.txt'],
  ])('%s becomes %s', (name, expected) => {
    expect(keyedName(name, 't1.1')).toBe(expected);
  });

  it.each([
    ['the file itself', 'B1', ['report-t1.1.pdf'], true],
    ['one among several', 'B1', ['other.txt', 'a-t1.1-t1.1.txt'], true],
    ['a file under a longer key', 'B1', ['report-t1.10.pdf'], false],
    ['a file without a key', 'B1', ['report.pdf'], false],
    ['a copy that a person brought', undefined, ['report-t1.1.pdf'], false],
  ])('tells %s', (_title, bot_id, names, expected) => {
    expect(bringsFile({ bot_id, files: names.map((name) => ({ name })) }, 't1.1')).toBe(expected);
  });
});
