import type { APIUser } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { type DiscordMessage, type Place, type Surroundings, translate } from './translate.ts';

const BOT = '1000000000000000001';
const around: Surroundings = {
  botId: BOT,
  assistantName: '폴',
  isBotRole: (id) => id === '77',
  roleName: (id) => (id === '78' ? 'admins' : null),
  channelName: (id) => (id === '201' ? 'general' : null),
};
const SERVER: Place = { kind: 'server', name: 'world #general' };
const DIRECT: Place = { kind: 'direct' };

const user = (id: string, name: string, isBot = false) =>
  ({ id, username: name.toLowerCase(), global_name: name, bot: isBot }) as APIUser;
const bot = user(BOT, '나노봇', true);
const minji = user('11', '민지');

function message(content: string, changes: Partial<DiscordMessage> = {}): DiscordMessage {
  const mentions = content.includes(BOT) ? [bot] : [];
  const about = { id: '4194304', channel_id: '201', type: 0, author: minji, attachments: [] };
  return { ...about, content, mentions, mention_roles: [], ...changes };
}
const textOf = (one: DiscordMessage, place: Place = SERVER) => translate(one, place, around)?.text;

describe('a mention of the bot', () => {
  it.each([
    [`<@${BOT}> 안녕`, '@폴 안녕'],
    [`<@!${BOT}> 안녕`, '@폴 안녕'],
    [`<@${BOT}>`, '@폴'],
    [`안녕 <@${BOT}>!`, '@폴 안녕 @폴!'],
    [`@폴란드 <@${BOT}>`, '@폴 @폴란드 @폴'],
    ['안녕', '안녕'],
    ['@폴 안녕', '@폴 안녕'],
  ])('in %j makes it %j', (content, text) => {
    expect(textOf(message(content))).toBe(text);
  });

  it('by its role or by a reply to it counts as well, by another role it does not', () => {
    expect(textOf(message('<@&77> hi', { mention_roles: ['77'] }))).toBe('@폴 hi');
    expect(textOf(message('and then?', { type: 19, mentions: [bot] }))).toBe('@폴 and then?');
    expect(textOf(message('<@&78> hi', { mention_roles: ['78'] }))).toBe('@admins hi');
  });
});

describe('a direct message', () => {
  it('always asks, and is not called twice', () => {
    expect(textOf(message('안녕'), DIRECT)).toBe('@폴 안녕');
    expect(textOf(message('@폴, 안녕'), DIRECT)).toBe('@폴, 안녕');
  });

  it('bears the name of its author as the name of the chat', () => {
    expect(translate(message('안녕'), DIRECT, around)).toMatchObject({ chatName: '민지', isGroup: false });
  });
});

it('lists what is enclosed, one line each', () => {
  const file = { id: '1', filename: 'report.pdf', size: 12_345, url: '', proxy_url: '' };
  const small = { ...file, filename: 'a.txt', size: 9 };
  const stickers = [{ name: 'wave' }];
  expect(textOf(message('see', { attachments: [file, small], sticker_items: stickers }))).toBe(
    'see\n[file: report.pdf, 12.3 kB]\n[file: a.txt, 9 B]\n[sticker: wave]',
  );
  expect(textOf(message('', { attachments: [small] }))).toBe('[file: a.txt, 9 B]');
});

it('tells who wrote it, where and when', () => {
  expect(translate(message('hi <#201>', { member: { nick: 'MJ' } }), SERVER, around)).toEqual({
    ...{ jid: 'dc:201', channel: 'discord', chatName: 'world #general', isGroup: true, id: '4194304' },
    ...{ thread: null, sender: '11', senderName: 'MJ', text: 'hi #general', at: 1_420_070_400_001 },
  });
});

it.each([
  ['our own', { author: bot }],
  ["another bot's", { author: user('12', 'Other', true) }],
  ["a webhook's", { webhook_id: '5' }],
  ['a notice that somebody joined', { type: 7 as const }],
])('leaves out %s', (_what, changes) => {
  expect(translate(message(`<@${BOT}> hi`, changes), SERVER, around)).toBeNull();
});
