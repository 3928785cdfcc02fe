import { expect, it } from 'vitest';
import { echoOf, meaningOf, slashCommandOf } from './command.ts';

const body = {
  ...{ command: '/nanoclaw', text: ' status ', channel_id: 'C1', user_id: 'U1' },
  ...{ trigger_id: '1.2.3', response_url: 'https://hooks.slack.com/commands/1/2' },
};

it('A command is read whatever the workspace calls it', () => {
  expect(slashCommandOf({ ...body, command: '/pol' })).toEqual({
    ...{ jid: 'C1', user: 'U1', text: 'status', triggerId: '1.2.3' },
    responseUrl: 'https://hooks.slack.com/commands/1/2',
  });
  expect(slashCommandOf({ type: 'event_callback', event: {} })).toBeNull();
});

it.each([
  ['status', { kind: 'command', name: 'status' }],
  ['상태', { kind: 'command', name: 'status' }],
  ['stop', { kind: 'command', name: 'stop' }],
  ['', { kind: 'command', name: 'help' }],
  ['ask', { kind: 'question', text: 'ask' }],
  ['ask status', { kind: 'question', text: 'status' }],
  ['질문 내일 날씨?', { kind: 'question', text: '내일 날씨?' }],
  ['what is new?', { kind: 'question', text: 'what is new?' }],
])('%j means %j', (text, meaning) => {
  expect(meaningOf(text)).toEqual(meaning);
});

it('A question shown to all calls nobody in our name', () => {
  expect(echoOf('<!channel> see <@U1> &lt;b&gt;')).toBe('&lt;!channel> see <@U1> &lt;b&gt;');
});
