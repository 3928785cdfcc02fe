import { describe, expect, it } from 'vitest';
import { changeOfEvent } from './change.ts';

const wrap = (event: object) => ({
  type: 'event_callback',
  event: { type: 'message', channel: 'C1', ...event },
});
const was = { user: 'U1', text: 'helo', ts: '1.000001' };
const edited = { user: 'U1', ts: '9.000000' };
const is = { ...was, text: 'hello', edited };
const changed = (message: object, previous_message: object = was) =>
  wrap({ subtype: 'message_changed', ts: '9.000200', message, previous_message });

describe('a change', () => {
  it('of the text is an edit, at the time Slack gives', () => {
    expect(changeOfEvent(changed(is))).toMatchObject({
      ...{ kind: 'edited', jid: 'C1', ts: '1.000001' },
      message: { editedAt: 9000.2, text: 'hello', sender: 'U1', thread: '1.000001' },
    });
  });

  it('of the text counts too when Slack does not say what it was', () => {
    const { previous_message: _none, ...event } = changed(is).event as Record<string, unknown>;
    expect(changeOfEvent(wrap(event))).toMatchObject({ kind: 'edited' });
  });

  it.each([
    ['the preview of a link', { ...was, attachments: [{ fallback: 'x' }] }, was],
    ['the preview of a link in an edited message', { ...is, attachments: [] }, is],
    ['a first reply', { ...was, thread_ts: was.ts, reply_count: 1 }, was],
    ['an edit that leaves the text alone', { ...was, edited }, was],
    ['news about somebody who joined', { ...is, subtype: 'channel_join' }, was],
  ])('that is only %s is none', (_title, message, before) => {
    expect(changeOfEvent(changed(message, before))).toBeNull();
  });

  it.each([
    ['a message', wrap({ subtype: 'message_deleted', deleted_ts: '1.000001', ts: '9.000000' })],
    ['one with replies', changed({ ...was, user: 'USLACKBOT', subtype: 'tombstone', text: 'was deleted' })],
  ])('can be the end of %s', (_title, body) => {
    expect(changeOfEvent(body)).toEqual({ kind: 'deleted', jid: 'C1', ts: '1.000001' });
  });

  it('is not what a new message brings', () => {
    expect(changeOfEvent(wrap(was))).toBeNull();
  });
});
