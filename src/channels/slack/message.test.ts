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
    ['with a file counts', { subtype: 'file_share', files: [{ id: 'F1', name: 'a.txt' }] }, '2.000001'],
    ['shown in the channel too counts', { subtype: 'thread_broadcast', thread_ts: '1.000001' }, '1.000001'],
  ])('%s', (_title, fields, thread) => {
    const person = { sender: 'U1', senderName: null, botId: null };
    expect(messageOfEvent(event(fields))).toMatchObject({ ts: '2.000001', ...person, thread });
  });

  it.each([
    [
      'an app’s user',
      { bot_id: 'B1', bot_profile: { name: 'ci' } },
      { sender: 'U1', senderName: 'ci', botId: 'B1' },
    ],
    [
      'a webhook',
      { subtype: 'bot_message', user: undefined, bot_id: 'B1', username: 'ci' },
      { sender: 'B1', senderName: 'ci', botId: 'B1' },
    ],
    [
      'an app that says all in an attachment',
      { bot_id: 'B1', text: '', attachments: [{ fallback: 'build 7 failed' }] },
      { text: 'build 7 failed' },
    ],
    ['Slackbot', { user: 'USLACKBOT' }, { sender: 'USLACKBOT', botId: 'USLACKBOT' }],
  ])('of %s counts as a bot’s', (_title, fields, expected) => {
    expect(messageOfEvent(event(fields))).toMatchObject(expected);
  });

  it('brings its files, whatever Slack tells of them', () => {
    const files = [
      { id: 'F1', name: 'a.txt', size: 7 },
      { id: 'F2', name: null, title: 'Plan' },
      { id: 'F3' },
      { id: 'F4', mode: 'tombstone' },
    ];
    expect(messageOfEvent(event({ files }))?.files).toEqual([
      { ref: 'F1', name: 'a.txt', bytes: 7 },
      { ref: 'F2', name: 'Plan', bytes: null },
      { ref: 'F3', name: 'unnamed', bytes: null },
    ]);
  });

  it.each([
    ['that nobody wrote', { user: undefined }],
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
