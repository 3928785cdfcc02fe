import { expect, it } from 'vitest';
import { noticeFor } from './notices.ts';

it.each([
  ['en', /nearly full.*My operator has to make room.*ask again/],
  ['ko', /디스크 공간이 거의 없어.*운영자가 공간을 확보한 뒤 다시/],
] as const)(
  'a disk that is nearly full is told with who can mend it, and what to do then: %s',
  (language, words) => {
    expect(noticeFor('disk_low', language)).toMatch(words);
  },
);
