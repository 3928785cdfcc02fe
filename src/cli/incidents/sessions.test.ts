import { expect, test } from 'vitest';
import type { SessionRecord } from '../../../contracts/session-record.ts';
import { textsFor } from '../texts/index.ts';
import { renderSessions } from './sessions.ts';

const session: SessionRecord = {
  number: 1,
  end: { outcome: 'done', detail: 'fixed dist/index.js', seconds: 84, costUsd: 0.314, turns: 7, tries: 1 },
  tries: [
    {
      ...{ number: 1, outcome: 'kept', detail: '3 good looks' },
      files: [{ path: 'dist/index.js', diff: '@@ line 1 @@\n-bad\n+good' }],
    },
  ],
  transcript: [
    { who: 'says', text: 'I look.\nThen I mend.' },
    { who: 'notes', text: 'end' },
  ],
};
const render = (...sessions: SessionRecord[]) =>
  renderSessions(sessions, textsFor('en'), (_style, text) => text);

test('a session is told with its outcome, what it took, its changes and its words', () => {
  expect(render(session)).toEqual([
    '',
    'Emergency session 1: cured',
    '  1 min 24 s, $0.31, 7 turns, 1 try',
    '  fixed dist/index.js',
    '  Try 1: kept: 3 good looks',
    '    dist/index.js',
    '    @@ line 1 @@',
    '    -bad',
    '    +good',
    '  What was said (2):',
    '  says    I look.',
    '          Then I mend.',
    '  note    end',
  ]);
});

test('one at work has no figures yet, and without sessions nothing is told', () => {
  expect(render({ ...session, end: null, tries: [], transcript: [] })).toEqual([
    '',
    'Emergency session 1: at work',
  ]);
  expect(render()).toEqual([]);
});
