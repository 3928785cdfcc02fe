import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths } from './paths.ts';
import { createRedact } from './redact.ts';
import { readSessions } from './session-files.ts';

let home: string;
const paths = () => homePaths(home);
const read = () => readSessions(paths(), 'inc-1', createRedact(['planted-secret']));

function write(number: number, file: string, content: string | object): void {
  const path = join(paths().emergencySession('inc-1', number), file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}
const lines = (...entries: object[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
const assistant = (...content: object[]) => ({ type: 'assistant', message: { content } });
const end = { outcome: 'done', detail: 'fixed', seconds: 60, costUsd: 0.2, turns: 3, tries: 1 };

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-sessions-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('an incident without a session has none', () => {
  expect(read()).toEqual([]);
});

test('sessions come in order, with their end, their tries and what was said on every way', () => {
  write(2, 'record.json', { ...end, outcome: 'failed' });
  write(1, 'record.json', end);
  const fix = {
    number: 1,
    outcome: 'kept',
    detail: 'well',
    files: [{ path: 'dist/index.js', diff: '-a\n+b' }],
  };
  write(1, 'trials/1/record.json', fix);
  write(1, 'transcript-10.jsonl', lines({ type: 'result', subtype: 'success', result: 'done' }));
  write(
    1,
    'transcript-2.jsonl',
    lines(
      { type: 'system', subtype: 'init', cwd: '/project' },
      assistant(
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
      ),
      {
        type: 'user',
        message: { content: [{ type: 'tool_result', content: [{ type: 'text', text: 'src' }] }] },
      },
    ),
  );
  const [first, second] = read();
  expect(first).toEqual({
    number: 1,
    end,
    tries: [fix],
    transcript: [
      { who: 'says', text: 'I look.' },
      { who: 'calls', text: 'Bash {"command":"ls"}' },
      { who: 'hears', text: 'src' },
      { who: 'notes', text: 'end: success done' },
    ],
  });
  expect(second).toMatchObject({ number: 2, end: { outcome: 'failed' }, tries: [], transcript: [] });
});

test('a session at work has no end yet, and a torn last line is no line', () => {
  write(1, 'transcript-1.jsonl', `${lines(assistant({ type: 'text', text: 'half' }))}{"type":"assist`);
  expect(read()).toMatchObject([{ end: null, transcript: [{ text: 'half' }] }]);
});

test('a try without an outcome is at work, or was put back when its session is over', () => {
  write(1, 'trials/1/record.json', { number: 1, outcome: null, detail: '', files: [] });
  expect(read()).toMatchObject([{ tries: [{ outcome: null }] }]);
  write(1, 'record.json', end);
  expect(read()).toMatchObject([{ tries: [{ outcome: 'undone' }] }]);
});

test('secrets are hidden before a text is shortened, and nothing moves a terminal', () => {
  const long = `${'x'.repeat(1490)}planted-secret`;
  write(
    1,
    'transcript-1.jsonl',
    lines(assistant({ type: 'text', text: long }, { type: 'text', text: '\u001b[2Jgone' })),
  );
  write(1, 'record.json', { ...end, detail: 'planted-secret' });
  const text = JSON.stringify(read());
  expect(text).not.toContain('planted');
  expect(text).not.toContain('\\u001b');
});

test('a link in place of a transcript is not followed', () => {
  const secret = join(home, 'elsewhere.jsonl');
  writeFileSync(secret, lines(assistant({ type: 'text', text: 'of somebody else' })));
  write(1, 'record.json', end);
  symlinkSync(secret, join(paths().emergencySession('inc-1', 1), 'transcript-1.jsonl'));
  expect(read()).toMatchObject([{ transcript: [] }]);
});
