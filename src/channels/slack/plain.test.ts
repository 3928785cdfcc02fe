import { describe, expect, it } from 'vitest';
import { mentionedUsers, mentions, namelessChats, toPlainText } from './plain.ts';

const names: Readonly<Record<string, string>> = { U1: '김민지', C1: 'general' };
const known = {
  botUserId: 'UBOT',
  assistantName: '폴',
  user: (id: string) => names[id] ?? id,
  chat: (id: string) => names[id] ?? id,
};

describe('what people write is read as plain text:', () => {
  it.each([
    ['a mention of the assistant', '<@UBOT> hello', '@폴 hello'],
    ['a mention that touches the next word', '<@UBOT>안녕', '@폴 안녕'],
    ['a mention before a comma', '<@UBOT>, hi', '@폴, hi'],
    ['a mention with a label', '<@UBOT|pol> hi', '@폴 hi'],
    ['a person', 'ask <@U1>', 'ask @김민지'],
    ['a person nobody knows', 'ask <@U404>', 'ask @U404'],
    ['a chat with its name', 'in <#C9|random>', 'in #random'],
    ['a chat without its name', 'in <#C1> or <#C1|>', 'in #general or #general'],
    ['everybody', '<!here> <!channel>', '@here @channel'],
    ['a group of people', '<!subteam^S1|@ops> <!subteam^S1>', '@ops @subteam'],
    ['a date', '<!date^1^{date}|1 May>', '1 May'],
    ['a link', '<https://a.example/?x=1&amp;y=2>', 'https://a.example/?x=1&y=2'],
    ['a link with its own text', '<https://a.example|our page>', 'our page (https://a.example)'],
    ['a link that is its text', '<http://a.example|a.example>', 'http://a.example'],
    ['a mail address', '<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['escapes', '1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;lt;', '1 < 2 && 3 > 2 &lt;'],
  ])('%s', (_title, text, expected) => {
    expect(toPlainText(text, known)).toBe(expected);
  });

  it.each([
    ['<@UBOT> hi', true],
    ['could you, <@UBOT|pol>?', true],
    ['<@UBOT2> hi', false],
    ['@UBOT hi', false],
  ])('%j calls the assistant: %s', (text, called) => {
    expect(mentions(text, 'UBOT')).toBe(called);
  });

  it('and it is known whose names it takes', () => {
    expect(mentionedUsers('<@UBOT> <@U1> <@U2|x> <@U1>', 'UBOT')).toEqual(['U1', 'U2']);
    expect(namelessChats('<#C1> <#C2|x> <#C3|>')).toEqual(['C1', 'C3']);
  });
});
