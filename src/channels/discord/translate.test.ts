import type { APIUser } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { type DiscordMessage, type Place, type Surroundings, translate, translateEdit } from './translate.ts';

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
  const about = {
    id: '4194304',
    channel_id: '201',
    type: 0,
    author: minji,
    attachments: [],
    edited_timestamp: null,
  };
  return { ...about, content, mentions, mention_roles: [], ...changes };
}

describe('a mention of the bot', () => {
  it.each([
    [`<@${BOT}> 안녕`, '@폴 안녕', true],
    [`<@!${BOT}> 안녕`, '@폴 안녕', true],
    [`<@${BOT}>`, '@폴', true],
    [`안녕 <@${BOT}>!`, '안녕 @폴!', true],
    ['안녕', '안녕', false],
    ['@폴 안녕', '@폴 안녕', false],
  ])('in %j reads %j and calls it: %s', (content, text, mentioned) => {
    expect(translate(message(content), SERVER, around)).toMatchObject({ text, mentioned });
  });

  it.each<[string, Partial<DiscordMessage>, boolean]>([
    ['by its role', { mention_roles: ['77'] }, true],
    ['by another role', { mention_roles: ['78'] }, false],
    ['by a reply that pings', { type: 19, mentions: [bot] }, true],
    ['by a reply that does not ping', { type: 19, referenced_message: { author: bot } }, true],
    ['by a reply to somebody else', { type: 19, referenced_message: { author: minji } }, false],
    ['by a reply to what was deleted', { type: 19, referenced_message: null }, false],
  ])('%s', (_how, changes, mentioned) => {
    expect(translate(message('and then?', changes), SERVER, around)?.mentioned).toBe(mentioned);
  });
});

describe('a direct message', () => {
  it('always calls the bot, and bears the name of its author as the name of the chat', () => {
    expect(translate(message('안녕'), DIRECT, around)).toMatchObject({
      ...{ text: '안녕', mentioned: true, chatName: '민지', isGroup: false },
    });
  });
});

it('files come with what they are found again by, stickers as a line of text', () => {
  const file = { id: '9', filename: 'report.pdf', size: 12_345, url: '', proxy_url: '' };
  const stickers = [{ name: 'wave' }];
  expect(
    translate(message('see', { attachments: [file], sticker_items: stickers }), SERVER, around),
  ).toMatchObject({
    text: 'see\n[sticker: wave]',
    files: [{ ref: '201/4194304/9', name: 'report.pdf', bytes: 12_345 }],
  });
  expect(translate(message('', { attachments: [file] }), SERVER, around)?.text).toBe('');
});

it.each<[string, Partial<DiscordMessage>]>([
  ['bot', { author: user('12', 'Other', true) }],
  ['webhook', { webhook_id: '5' }],
  ["bot's answer to a command", { author: user('12', 'Other', true), type: 20 }],
])('tells that a %s wrote it', (_who, changes) => {
  expect(translate(message('hi', changes), SERVER, around)?.fromBot).toBe(true);
});

it('tells who wrote it, where and when', () => {
  expect(translate(message('hi <#201>', { member: { nick: 'MJ' } }), SERVER, around)).toEqual({
    ...{ jid: 'dc:201', channel: 'discord', chatName: 'world #general', isGroup: true, id: '4194304' },
    ...{ thread: null, sender: '11', senderName: 'MJ', text: 'hi #general', at: 1_420_070_400_001 },
    ...{ mentioned: false, fromBot: false, files: [] },
  });
});

it.each([
  ['our own', { author: bot }],
  ['our own through a command', { author: bot, type: 20, webhook_id: BOT }],
  ['a notice that somebody joined', { type: 7 as const }],
])('leaves out %s', (_what, changes) => {
  expect(translate(message(`<@${BOT}> hi`, changes), SERVER, around)).toBeNull();
});

describe('an update', () => {
  const edited_timestamp = '2024-05-01T10:00:00.250000+00:00';

  it('of the text is an edit, read as the message itself is', () => {
    expect(translateEdit(message(`<@${BOT}> new`, { edited_timestamp }), SERVER, around)).toEqual({
      ...{ jid: 'dc:201', id: '4194304', kind: 'edited', text: '@폴 new', mentioned: true },
      at: Date.parse('2024-05-01T10:00:00.250Z'),
    });
  });

  it.each<[string, Partial<DiscordMessage>]>([
    ['a link that Discord has looked up', {}],
    ['our own', { author: bot, edited_timestamp }],
  ])('is no edit: %s', (_what, changes) => {
    expect(translateEdit(message('text', changes), SERVER, around)).toBeNull();
  });
});
