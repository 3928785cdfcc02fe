import { describe, expect, it } from 'vitest';
import { LineSplitter, LineTooLongError } from './lines.ts';

describe('splitting a stream into lines', () => {
  it('never cuts a character, wherever the chunks are cut', () => {
    const text = '안녕 👋🏽\n{"a":"폴"}\nrest';
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const lines = new LineSplitter(1000);
      expect([...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))]).toEqual([
        '안녕 👋🏽',
        '{"a":"폴"}',
      ]);
    }
  });

  it('keeps an unfinished line for the next chunk', () => {
    const lines = new LineSplitter(1000);
    expect(lines.push(Buffer.from('ab'))).toEqual([]);
    expect(lines.push(Buffer.from('c\n'))).toEqual(['abc']);
  });

  it('refuses a line over the limit, finished or not, without holding it', () => {
    expect(() => new LineSplitter(4).push(Buffer.from('12345\n'))).toThrow(LineTooLongError);
    const growing = new LineSplitter(4);
    growing.push(Buffer.from('123'));
    expect(() => growing.push(Buffer.from('45'))).toThrow(LineTooLongError);
  });
});
