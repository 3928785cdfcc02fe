import { expect, it } from 'vitest';
import { readMarkup } from './markup.ts';

const names = {
  user: (id: string) => (id === '11' ? '민지' : null),
  role: (id: string) => (id === '21' ? 'admins' : null),
  channel: (id: string) => (id === '31' ? 'general' : null),
};

it.each([
  ['ask <@11> or <@!11>', 'ask @민지 or @민지'],
  ['ask <@99>', 'ask @unknown-user'],
  ['<@&21> and <@&99>', '@admins and @unknown-role'],
  ['see <#31>, <#99>', 'see #general, #unknown-channel'],
  ['<:wave:1> <a:party:2> 👋', ':wave: :party: 👋'],
  ['type </status:5> or </task list:6>', 'type /status or /task list'],
  ['due <t:0> <t:86400:R>', 'due 1970-01-01T00:00:00.000Z 1970-01-02T00:00:00.000Z'],
  ['never <t:99999999999999999>', 'never <t:99999999999999999>'],
  ['a < b, <@x>, @everyone', 'a < b, <@x>, @everyone'],
])('%j reads %j', (text, read) => {
  expect(readMarkup(text, names)).toBe(read);
});
