import { describe, expect, it } from 'vitest';
import { readTranscript } from './transcript.ts';

const asked =
  '<messages>\n<message id="1" sender="Kim &amp; Co" time="2026-03-01 09:00:00 KST">a &lt; b?</message>\n</messages>';
const user = (content: unknown, more: object = {}) =>
  JSON.stringify({ type: 'user', message: { content }, ...more });
const assistant = (...content: object[]) => JSON.stringify({ type: 'assistant', message: { content } });
const text = (words: string) => ({ type: 'text', text: words });
const read = (...lines: string[]) => readTranscript(`${lines.join('\n')}\n`);
const kim = { who: 'Kim & Co', time: '2026-03-01 09:00:00 KST', text: 'a < b?' };

describe('a transcript', () => {
  it('tells who said what, in plain text', () => {
    expect(read(user(asked), assistant(text('Yes.')))).toEqual([
      kim,
      { who: null, time: null, text: 'Yes.' },
    ]);
  });

  it('gives each message of a prompt its own place', () => {
    const two =
      '<message sender="A" time="1">one</message><message sender="B" time="2">two<file path="x"/></message>';
    expect(read(user([text(two)])).map(({ who, text }) => [who, text])).toEqual([
      ['A', 'one'],
      ['B', 'two'],
    ]);
  });

  it.each([
    ['tool calls', assistant({ type: 'tool_use', name: 'Bash', input: { command: 'ls' } })],
    ['thinking', assistant({ type: 'thinking', thinking: 'hm' })],
    ['tool results', user([{ type: 'tool_result', content: 'a file' }])],
    ['notes to itself', assistant(text('<internal>check later</internal>'))],
    ['subagents', user(asked, { isSidechain: true })],
    ['what Claude Code tells itself', user(asked, { isMeta: true })],
    ['the summary of an earlier compaction', user(asked, { isCompactSummary: true })],
    ['commands', user('<command-name>/compact</command-name>')],
    ['half a line', '{"type":"user","mess'],
    ['lines of another form', 'null\n[]\n{"type":"user"}\n{"type":"assistant","message":3}'],
  ])('leaves out %s', (_what, line) => {
    expect(read(line)).toEqual([]);
  });

  it('begins after the last compaction', () => {
    const boundary = JSON.stringify({ type: 'system', subtype: 'compact_boundary' });
    expect(read(assistant(text('long ago')), boundary, user(asked))).toEqual([kim]);
  });
});
