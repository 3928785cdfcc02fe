import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../fakes/clock.ts';
import { describeSlack, SLACK_SCOPES } from './description.ts';
import { eventsOf } from './events.ts';
import type { SlackChange } from './record.ts';
import { shapesOf } from './shapes.ts';
import { SlackStore } from './store.ts';

const channels = [
  { id: 'C1', name: 'open' },
  { id: 'C2', name: 'closed', isPrivate: true },
];

function build() {
  const description = describeSlack({ channels });
  const store = new SlackStore(description, new FakeClock().now, () => undefined);
  const shapes = shapesOf(description, () => '');
  const write = (chat: string, fields = {}) =>
    store.post({ chat, user: 'U0000MINJI', by: 'person', text: 'hi', ...fields });
  const tell = (change: SlackChange, scopes = SLACK_SCOPES) => {
    const chat = store.chats.get(change.message.chat);
    if (chat === undefined) throw new Error('no such chat');
    return eventsOf(change, '9.000001', { chat, shapes, scopes, description });
  };
  return { write, tell };
}

describe('the app is told', () => {
  it('of a preview like of an edit, but without a word on who edited', () => {
    const { write, tell } = build();
    const [event] = tell({ kind: 'unfurled', message: write('C1') });
    expect(event).toMatchObject({ subtype: 'message_changed', message: { text: 'hi', attachments: [{}] } });
    expect(event).not.toHaveProperty('message.edited');
  });

  it('of what happens in a private channel with that channel’s scope only', () => {
    const { write, tell } = build();
    const posted = { kind: 'posted', message: write('C2') } as const;
    expect(tell(posted, ['channels:history'])).toEqual([]);
    expect(tell(posted, ['groups:history'])).toMatchObject([{ channel_type: 'group' }]);
  });

  it.each([
    ['bot_user', { user: 'UA1', bot_id: 'BA1', bot_profile: { name: 'ci' } }],
    ['webhook', { subtype: 'bot_message', bot_id: 'BA1', username: 'ci' }],
  ] as const)('what another app says as a %s', (style, shape) => {
    const { write, tell } = build();
    const app = { botId: 'BA1', userId: 'UA1', name: 'ci', style };
    const [event] = tell({ kind: 'posted', message: write('C1', { user: 'UA1', by: 'app', app }) });
    expect(event).toMatchObject(shape);
    expect(Object.hasOwn(event ?? {}, 'user')).toBe(style === 'bot_user');
  });
});
