import { describe, expect, it } from 'vitest';
import { messageOfEvent, messageOfHistory, ownsJid } from './message.ts';

const event = (fields: object) => ({
  type: 'event_callback',
  event: { type: 'message', channel: 'C1', user: 'U1', text: 'hi', ts: '2.000001', ...fields },
});

describe('a message', () => {
  it.each([
    ['in a channel is answered in a thread of its own', {}, '2.000001'],
    ['in a thread is answered there', { thread_ts: '1.000001' }, '1.000001'],
    ['in a direct chat is answered straight away', { channel: 'D1' }, null],
    ['in a thread of a direct chat is answered there', { channel: 'D1', thread_ts: '1.000001' }, '1.000001'],
    ['that mentions the assistant is a message', { type: 'app_mention' }, '2.000001'],
    ['with a file counts', { subtype: 'file_share', files: [{ name: 'a.txt' }] }, '2.000001'],
    ['shown in the channel too counts', { subtype: 'thread_broadcast', thread_ts: '1.000001' }, '1.000001'],
  ])('%s', (_title, fields, thread) => {
    expect(messageOfEvent(event(fields))).toMatchObject({ ts: '2.000001', user: 'U1', thread });
  });

  it.each([
    ['of an app, ours included', { bot_id: 'B1' }],
    ['that tells of an edit', { subtype: 'message_changed' }],
    ['that tells of a deletion', { subtype: 'message_deleted' }],
    ['that tells who joined', { subtype: 'channel_join' }],
    ['of another kind of event', { type: 'reaction_added' }],
    ['without an id', { ts: undefined }],
  ])('%s is ignored', (_title, fields) => {
    expect(messageOfEvent(event(fields))).toBeNull();
  });

  it('is the same one when it is read in the history', () => {
    const { event: raw } = event({ thread_ts: '1.000001' });
    expect(messageOfHistory(raw, 'C1')).toEqual(messageOfEvent(event({ thread_ts: '1.000001' })));
  });
});

it.each([
  ['C00GENERAL', true],
  ['D0000MINJI', true],
  ['dc:123', false],
  ['local:main', false],
])('%s belongs to Slack: %s', (jid, expected) => {
  expect(ownsJid(jid)).toBe(expected);
});
