import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIMessage } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import type { Outgoing } from '../channel.ts';
import type { Api, NewMessage, Upload } from './api.ts';
import { nonceOf } from './compose.ts';
import { Sender } from './send.ts';
import { snowflakeAt } from './snowflake.ts';

const BOT = '1000000000000000001';
const KEY = 'abcdefghijkl.1';
const signal = new AbortController().signal;
const LONG = `${'a'.repeat(1900)}\n\n${'b'.repeat(1900)}\n\n${'c'.repeat(1900)}`;

/** A chat of Discord, without its memory of nonces. */
class FakeApi implements Pick<Api, 'create' | 'after'> {
  readonly posted: NewMessage[] = [];
  readonly uploads: (string | null)[] = [];
  history: APIMessage[] = [];
  searched: string[] = [];
  /** What becomes of the next requests; null = taken. */
  answers: (Error | null)[] = [];

  async create(_channel: string, message: NewMessage, upload: Upload | null): Promise<APIMessage> {
    const answer = this.answers.shift() ?? null;
    if (answer) throw answer;
    this.posted.push(message);
    this.uploads.push(upload && `${upload.name}: ${await upload.content.text()}`);
    return { id: String(this.posted.length) } as APIMessage;
  }
  async after(_channel: string, id: string): Promise<APIMessage[]> {
    this.searched.push(id);
    return this.history;
  }
}

let api: FakeApi;
let clock: FakeClock;
let sender: Sender;
const send = (changes: Partial<Outgoing> = {}) => sender.send('5', { ...reply, ...changes }, signal);
const reply: Outgoing = {
  ...{
    jid: 'dc:5',
    thread: null,
    key: KEY,
    text: 'hello',
    file: null,
    answers: [],
    firstTryAt: null,
    previous: null,
  },
};
const own = (id: string, content: string, more: { nonce?: string; attachments?: object[] } = {}) =>
  ({ id, content, author: { id: BOT }, attachments: [], ...more }) as unknown as APIMessage;
const idOf = (end: string) => `10000000000000000${end}`;
const limit = Object.assign(new Error('limited'), { retryAfter: 700 });

beforeEach(() => {
  api = new FakeApi();
  clock = new FakeClock();
  sender = new Sender(api, clock, () => BOT);
});

describe('a reply', () => {
  it('is posted under its key, pings people only, and answers the last message asked', async () => {
    const answers = ['1000000000000000301', '1000000000000000302'];
    expect(await send({ answers })).toEqual({ kind: 'sent', receipt: '1' });
    expect(api.posted).toEqual([
      {
        ...{ content: 'hello', nonce: KEY, enforce_nonce: true },
        allowed_mentions: { parse: ['users'], replied_user: true },
        message_reference: { message_id: '1000000000000000302', fail_if_not_exists: false },
      },
    ]);
  });

  it('answers nothing that is no message of Discord', async () => {
    await send({ answers: ['local-7'] });
    expect(api.posted[0]).not.toHaveProperty('message_reference');
  });

  it('that is long goes out in parts, each under a key of its own, the first one as the answer', async () => {
    expect(await send({ text: LONG, answers: ['1000000000000000301'] })).toMatchObject({ receipt: '1,2,3' });
    expect(api.posted.map(({ nonce }) => nonce)).toEqual([KEY, `${KEY}/2`, `${KEY}/3`]);
    expect(api.posted.map(({ message_reference }) => message_reference !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('that is rate limited half way goes on where it was', async () => {
    api.answers = [null, limit];
    expect(await send({ text: LONG })).toEqual({ kind: 'retry', afterMs: 700, reason: 'rate limited' });
    expect(await send({ text: LONG, firstTryAt: clock.now() })).toMatchObject({ kind: 'sent' });
    expect(api.posted).toHaveLength(3);
  });

  it('of blanks alone can never be sent', async () => {
    expect(await send({ text: ' \n ' })).toMatchObject({ kind: 'undeliverable', chat: 'reachable' });
  });

  it.each([
    [50_001, 'gone'],
    [50_035, 'reachable'],
  ])('refused for good with %i leaves the chat %s', async (code, chat) => {
    api.answers = [Object.assign(new Error('no'), { status: 403, code })];
    expect(await send()).toMatchObject({ kind: 'undeliverable', chat });
  });
});

describe('a file', () => {
  let folder: string;
  let file: NonNullable<Outgoing['file']>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'discord-send-'));
    file = { name: '표.csv', path: join(folder, '1'), bytes: 9 };
    writeFileSync(file.path, 'a,b\n1,2\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes out with the last part of the text', async () => {
    expect(await send({ text: LONG, file })).toMatchObject({ kind: 'sent', receipt: '1,2,3' });
    expect(api.uploads).toEqual([null, null, '표.csv: a,b\n1,2\n']);
  });

  it('needs no text', async () => {
    await send({ text: '', file });
    expect([api.posted[0]?.content, api.uploads]).toEqual(['', ['표.csv: a,b\n1,2\n']]);
  });

  it('that is no longer there can never be sent, the chat can be told', async () => {
    rmSync(file.path);
    expect(await send({ file })).toMatchObject({ kind: 'undeliverable', chat: 'reachable' });
    expect(api.posted).toEqual([]);
  });

  it.each([
    ['under its name', [{ filename: '표.csv', size: 1 }], true],
    ['under a name of Discord, by its size', [{ filename: 'unknown.csv', size: 9 }], true],
    ['under a name of Discord, by its title', [{ filename: '_.csv', title: '표', size: 1 }], true],
    ['not when it is another one', [{ filename: 'b.csv', size: 1 }], false],
    ['not when there is none', [], false],
  ])('tried long ago is recognised %s', async (_how, attachments, isFound) => {
    api.history = [own('71', 'hello', { attachments })];
    await send({ file, firstTryAt: clock.now() - 120_000 });
    expect(api.posted).toHaveLength(isFound ? 0 : 1);
  });
});

describe('a reply tried before', () => {
  const firstTryAt = 1_700_000_000_000;
  beforeEach(() => clock.advance(119_999));

  it('within two minutes is repeated under its nonce without a search', async () => {
    await send({ firstTryAt });
    expect([api.searched, api.posted.length]).toEqual([[], 1]);
  });

  it.each([
    ['with its nonce on record', own('71', 'anything', { nonce: KEY })],
    ['recognised by its text where history has no nonces', own('71', 'hello')],
  ])('later is looked for and not sent again: %s', async (_how, message) => {
    clock.advance(1);
    api.history = [{ ...own('70', 'hello'), author: { id: '11' } } as APIMessage, message];
    expect(await send({ firstTryAt })).toEqual({ kind: 'sent', receipt: '71' });
    expect(api.posted).toEqual([]);
  });

  it.each([
    [
      'its question, though the turn has taken in a later one',
      { answers: ['90', '95'].map(idOf) },
      idOf('90'),
    ],
    ['the reply before it', { answers: [idOf('90')], previous: `${idOf('91')},${idOf('92')}` }, idOf('92')],
    [
      'its question, if the reply before it is older',
      { answers: [idOf('90')], previous: idOf('89') },
      idOf('90'),
    ],
    ['its first try, by our clock, where it answers nobody', {}, snowflakeAt(firstTryAt - 30_000)],
  ])('later is looked for from %s on', async (_from, place, start) => {
    clock.advance(1);
    await send({ firstTryAt, ...place });
    expect(api.searched).toEqual([start]);
  });

  it('by a clock that was set back since is looked for as well', async () => {
    clock.set(-3_600_000);
    await send({ firstTryAt, answers: [idOf('90')] });
    expect(api.searched).toEqual([idOf('90')]);
  });

  it('later is sent from the first part on that is not there', async () => {
    clock.advance(1);
    api.history = [own('71', 'a'.repeat(1900))];
    expect(await send({ firstTryAt, text: LONG })).toMatchObject({ kind: 'sent' });
    expect(api.posted.map(({ nonce }) => nonce)).toEqual([`${KEY}/2`, `${KEY}/3`]);
  });

  it('later waits while nobody knows which messages are ours', async () => {
    clock.advance(1);
    sender = new Sender(api, clock, () => null);
    expect(await send({ firstTryAt })).toMatchObject({ kind: 'retry' });
  });
});

it.each([KEY, 'abcdefghijkl.m.12345678', 'x'.repeat(25)])(
  'parts of %s have nonces that Discord takes',
  (key) => {
    const nonces = Array.from({ length: 1200 }, (_, index) => nonceOf(key, index));
    expect(nonces[0]).toBe(key);
    expect(new Set(nonces).size).toBe(1200);
    expect(nonces.every((nonce) => nonce.length <= 25)).toBe(true);
  },
);
