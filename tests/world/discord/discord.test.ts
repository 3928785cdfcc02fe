import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../fakes/clock.ts';
import { describeDiscord, INTENT } from './description.ts';
import { eventOf } from './events.ts';
import { DISCORD_FAULT_EXAMPLES, discordFaultSchema } from './fault.ts';
import { RateLimits } from './rate-limits.ts';
import { Session } from './session.ts';
import { shapesOf } from './shapes.ts';
import { SignedFiles } from './signed-files.ts';
import { Snowflakes, timeOf } from './snowflakes.ts';
import { DiscordStore } from './store.ts';

const GENERAL = '1000000000000000201';
const MINJI = '1000000000000000011';
const BOT = '1000000000000000001';

function newStore() {
  const clock = new FakeClock();
  return { clock, store: new DiscordStore(describeDiscord(), clock.now, () => undefined) };
}

describe('a session', () => {
  it('replays what came after the last number the client knows', () => {
    const session = new Session('s', 0);
    for (const t of ['A', 'B', 'C']) session.add({ t, d: {} });
    expect(session.after(1)?.map(({ s, t }) => [s, t])).toEqual([
      [2, 'B'],
      [3, 'C'],
    ]);
    expect(session.after(3)).toEqual([]);
    expect(session.after(4)).toBeNull();
  });
});

describe('ids', () => {
  it('rise, carry their time, and share it while frozen', () => {
    const clock = new FakeClock();
    const ids = new Snowflakes(clock.now);
    ids.freeze(2);
    const first = ids.next();
    clock.advance(5);
    const [second, third] = [ids.next(), ids.next()];
    expect(timeOf(second) - timeOf(first)).toBe(0);
    expect(timeOf(third) - timeOf(first)).toBe(5);
    expect(BigInt(first) < BigInt(second) && BigInt(second) < BigInt(third)).toBe(true);
  });
});

describe('a nonce', () => {
  it('finds its message for three minutes, in its own chat only', () => {
    const { clock, store } = newStore();
    const message = store.create({ chat: GENERAL, user: BOT, by: 'bot', content: 'x', nonce: '1.1' });
    expect(store.withNonce(GENERAL, '1.1')).toBe(message);
    expect(store.withNonce('other', '1.1')).toBeUndefined();
    clock.advance(180_001);
    expect(store.withNonce(GENERAL, '1.1')).toBeUndefined();
  });
});

describe('an event', () => {
  const MESSAGES = INTENT.guildMessages | INTENT.directMessages;
  it.each([
    ['of a channel', 'channel', MESSAGES | INTENT.messageContent, [], 'hi'],
    ['of a channel without the content intent', 'channel', MESSAGES, [], ''],
    ['that pings the bot, without the content intent', 'channel', MESSAGES, [BOT], 'hi'],
    ['of a direct chat without the content intent', 'dm', MESSAGES, [], 'hi'],
    ['of a channel without its intent', 'channel', INTENT.directMessages, [], undefined],
    ['of a direct chat without its intent', 'dm', INTENT.guildMessages, [], undefined],
  ] as const)('%s', (_name, kind, intents, pings, content) => {
    const { store } = newStore();
    const description = describeDiscord();
    const chat = { id: GENERAL, name: '', kind, of: null, access: true };
    const message = store.create({
      chat: GENERAL,
      user: MINJI,
      by: 'person',
      content: 'hi',
      pings: [...pings],
    });
    const seeing = { chat, intents, shapes: shapesOf(store, { url: () => '' }), description };
    const event = eventOf({ kind: 'created', message }, seeing);
    expect(event?.d ?? {}).toMatchObject(content === undefined ? {} : { content });
    expect(event === null).toBe(content === undefined);
  });

  it('of a channel the bot has no access to is not told', () => {
    const { store } = newStore();
    const description = describeDiscord();
    const chat = { id: GENERAL, name: '', kind: 'channel' as const, of: null, access: false };
    const message = store.create({ chat: GENERAL, user: MINJI, by: 'person', content: 'hi' });
    const seeing = { chat, intents: -1, shapes: shapesOf(store, { url: () => '' }), description };
    expect(eventOf({ kind: 'created', message }, seeing)).toBeNull();
  });
});

describe('rate limits', () => {
  it('refuse one too many in a bucket until its window is over', () => {
    const clock = new FakeClock();
    const limits = new RateLimits(clock, { requests: 1, windowMs: 500, globalPerSecond: 50 });
    expect(limits.count('POST /a').headers['x-ratelimit-remaining']).toBe('0');
    expect(limits.count('POST /a').refusal).toMatchObject({ status: 429, body: { global: false } });
    expect(limits.count('POST /b').refusal).toBeNull();
    clock.advance(500);
    expect(limits.count('POST /a').refusal).toBeNull();
  });

  it('refuse one too many over all', () => {
    const limits = new RateLimits(new FakeClock(), { requests: 9, windowMs: 500, globalPerSecond: 1 });
    limits.count('POST /a');
    const { refusal } = limits.count('POST /b');
    expect(refusal).toMatchObject({ headers: { 'x-ratelimit-global': 'true' }, body: { global: true } });
  });
});

describe('the address of a file', () => {
  it('is good for a day, until it is told to expire, and when nothing in it was changed', () => {
    const { clock, store } = newStore();
    const file = { id: '9', name: '표 1.csv', type: 'text/csv', bytes: Buffer.from('1,2') };
    store.create({ chat: GENERAL, user: MINJI, by: 'person', content: '', files: [file] });
    const files = new SignedFiles(clock.now, () => 'http://world');
    const fetchFile = (address: URL) => files.fetch(store, address.pathname, address.searchParams).status;
    const url = new URL(files.url(GENERAL, file));
    expect(fetchFile(url)).toBe(200);
    expect(fetchFile(new URL(url.pathname, url))).toBe(404);
    clock.advance(24 * 3600_000 + 1000);
    expect(fetchFile(url)).toBe(404);
    const fresh = new URL(files.url(GENERAL, file));
    expect(fetchFile(fresh)).toBe(200);
    files.expire();
    expect(fetchFile(fresh)).toBe(404);
  });
});

describe('faults', () => {
  it('are all understood as their examples are written', () => {
    for (const example of DISCORD_FAULT_EXAMPLES) discordFaultSchema.parse(example);
  });
});
