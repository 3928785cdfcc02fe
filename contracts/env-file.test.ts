import { expect, it } from 'vitest';
import { parseEnvFile, whereSet } from './env-file.ts';

it('reads values without quotes, inline comments and `export`', () => {
  const text =
    'TZ=Asia/Seoul   # 시간대\nexport ASSISTANT_NAME=폴\nTRIGGER_PATTERN=^@폴\nKEY="a # b" # c\nEMPTY=\n';
  expect(parseEnvFile(text)).toEqual({
    values: { TZ: 'Asia/Seoul', ASSISTANT_NAME: '폴', TRIGGER_PATTERN: '^@폴', KEY: 'a # b', EMPTY: '' },
    problems: [],
  });
});

it('tells which line is no assignment, keeps the next one, and never shows what may be a secret', () => {
  const { values, problems } = parseEnvFile('A=1\nxoxb-very-secret-token\nB=2\n');
  expect(values).toEqual({ A: '1', B: '2' });
  expect(problems).toEqual(['line 2 is not NAME=value']);
});

it('tells a last line that is no setting, as a file written by half ends', () => {
  const { values, problems } = parseEnvFile('TZ=Asia/Seoul\nSLACK_BO');
  expect(values).toEqual({ TZ: 'Asia/Seoul' });
  expect(problems).toEqual(['line 2 is not NAME=value']);
});

it('tells where a setting is set: the last line counts, a comment does not', () => {
  const text = '# TZ=x\nTZ=a\n\nexport TZ = b\nTZ_OTHER=c\n';
  expect(whereSet(text, 'TZ')).toBe('.env line 4: ');
  expect(whereSet(text, 'LOG_LEVEL')).toBe('');
});
