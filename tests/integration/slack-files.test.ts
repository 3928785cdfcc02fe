/** Files both ways: the Slack channel with the real Bolt against the stand-in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing } from '../../src/channels/channel.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { InboundFile } from '../../src/store/journal.ts';
import type { OutgoingFile } from '../../src/store/outbox.ts';
import { SLACK_SCOPES, WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from '../world/slack/description.ts';
import type { PersonFile } from '../world/slack/people.ts';
import type { SlackOptions } from '../world/slack/slack.ts';
import {
  connected,
  GENERAL,
  MINJI,
  noDeadline,
  outgoing,
  type SlackWorld,
  startSlackWorld,
} from './slack-world.ts';

let world: SlackWorld;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slack-files-'));
});
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (options: SlackOptions = {}) => {
  world = await startSlackWorld(options);
};
const without = (scope: string): SlackOptions => {
  const scopes = SLACK_SCOPES.filter((one) => one !== scope);
  const app = { token: WORLD_SLACK_APP_TOKEN, kind: 'app', scopes: ['connections:write'] } as const;
  return { describe: { tokens: [{ token: WORLD_SLACK_BOT_TOKEN, kind: 'bot', scopes }, app] } };
};

describe('a file that a person sends', () => {
  const receive = async (file: Partial<PersonFile> = {}, options: SlackOptions = {}) => {
    await start(options);
    await world.channel.start(world.host);
    await connected(world);
    const whole = { name: 'plan.txt', bytes: Buffer.from('내일의 계획'), ...file };
    const message = world.slack.people.write({ chat: GENERAL, user: MINJI, text: 'look', files: [whole] });
    await world.until(() => world.handed.length > 0);
    return { message, ref: world.handed[0]?.files[0] as InboundFile };
  };
  const open = (ref: InboundFile) => world.channel.openFile(ref, noDeadline());

  it('comes with its message and is opened when it is needed', async () => {
    const { ref } = await receive();
    expect(world.handed).toMatchObject([{ text: 'look', files: [{ name: 'plan.txt', bytes: 16 }] }]);
    expect(world.slack.requests('files.info')).toEqual([]);
    expect(await readText(await open(ref))).toBe('내일의 계획');
  });

  it('may be a web page', async () => {
    const { ref } = await receive({ name: 'a.html', mimetype: 'text/html', bytes: Buffer.from('<p>hi') });
    expect(await readText(await open(ref))).toBe('<p>hi');
  });

  it('is said to be gone when it is', async () => {
    const { message, ref } = await receive();
    for (const file of message.files) world.slack.people.removeFile(file);
    await expect(open(ref)).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE', message: /no longer there/ });
  });

  it('cannot be had without its scope, and health names the scope', async () => {
    const { ref } = await receive({}, without('files:read'));
    await expect(open(ref)).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE', message: /files:read/ });
    expect(world.channel.health()).toMatchObject({
      state: 'ok',
      reason: expect.stringContaining('files:read'),
    });
  });

  it('is not taken for Slack’s sign-in page', async () => {
    const { ref } = await receive();
    const other = world.newChannel({ botToken: 'xoxb-other' });
    await expect(other.openFile(ref, noDeadline())).rejects.toMatchObject({ message: /invalid_auth/ });
  });

  it('is followed to where Slack keeps it', async () => {
    const { message, ref } = await receive();
    const elsewhere = { name: 'b.txt', bytes: Buffer.from('moved') };
    const other = world.slack.people.write({ chat: GENERAL, user: MINJI, text: '', files: [elsewhere] });
    for (const file of message.files) {
      file.location = `${world.slack.url}/files-pri/T0000WORLD-${other.files[0]?.id}/download/b.txt`;
    }
    expect(await readText(await open(ref))).toBe('moved');
  });

  it('is not fetched from other hosts, and no token goes there', async () => {
    const { ref } = await receive({ location: 'http://127.0.0.1:9/stolen' });
    await expect(open(ref)).rejects.toMatchObject({ message: /outside of Slack.*127\.0\.0\.1:9/ });
  });

  it('is a reason when Slack breaks off', async () => {
    const { ref } = await receive();
    await world.slack.misbehave({ kind: 'reset', on: '/files-pri/', times: 1 });
    await expect(open(ref)).rejects.toMatchObject({
      code: 'FILE_UNAVAILABLE',
      message: /did not hand it over/,
    });
  });
});

describe('a file of ours', () => {
  const file = (name = 'chart.png', content = 'pixels'): OutgoingFile => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return { name, path, bytes: Buffer.byteLength(content) };
  };
  const send = (fields: Partial<Outgoing>) => world.channel.send(outgoing(fields), noDeadline());
  const ask = () => world.slack.people.write({ chat: GENERAL, user: MINJI, text: 'chart?' });
  const shown = () =>
    world.slack
      .botMessages()
      .map(({ text, files }) => [
        text.slice(0, 20),
        ...files.map(({ title, bytes }) => `${title}: ${bytes}`),
      ]);
  /** A clock that is so far ahead: for a process that started long enough ago. */
  const ahead = (ms: number): Clock => {
    let calls = 0;
    const monotonic = () => systemClock.monotonic() + (calls++ === 0 ? 0 : ms);
    return { ...systemClock, monotonic };
  };

  it('comes into the thread that asked, with the text and under its own title', async () => {
    await start();
    const { ts } = ask();
    expect(await send({ thread: ts, text: '**here**', file: file() })).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([['*here*', 'chart.png: pixels']]);
    expect(world.slack.botMessages()).toMatchObject([{ thread: ts, files: [{ name: 'chart-t1.1.png' }] }]);
  });

  it('comes alone when there is nothing to say', async () => {
    await start();
    expect(await send({ text: '', file: file() })).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([['', 'chart.png: pixels']]);
  });

  it('comes with the last part of a long text', async () => {
    await start();
    const text = ['a', 'b'].map((letter) => letter.repeat(3000)).join('\n\n');
    expect(await send({ text, file: file() })).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([['a'.repeat(20)], ['b'.repeat(20), 'chart.png: pixels']]);
  });

  it.each([
    ['announcing it', 'files.getUploadURLExternal'],
    ['uploading it', '/upload/'],
  ])('is sent again when %s failed, as nobody saw anything yet', async (_title, on) => {
    await start();
    await world.slack.misbehave({ kind: 'lost', on, times: 1 });
    expect(await send({ file: file() })).toMatchObject({ kind: 'retry' });
    expect(await send({ file: file(), firstTryAt: systemClock.now() })).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([['hello', 'chart.png: pixels']]);
  });

  it('whose answer was lost is found, not sent again, though it shows up late', async () => {
    await start({ describe: { shareDelayMs: 300 } });
    const channel = world.newChannel({ clock: ahead(0) });
    const again = () => channel.send(outgoing({ file: file(), firstTryAt: systemClock.now() }), noDeadline());
    await world.slack.misbehave({ kind: 'lost', on: 'files.completeUploadExternal', times: 1 });
    expect(await channel.send(outgoing({ file: file() }), noDeadline())).toMatchObject({ kind: 'unclear' });
    const early = await again();
    expect(early).toMatchObject({ kind: 'retry', reason: 'the file may still show up' });
    await world.slack.until(() => world.slack.botMessages().length > 0, 5000);
    const next = world.newChannel({ clock: ahead(10_000) });
    const found = await next.send(outgoing({ file: file(), firstTryAt: systemClock.now() }), noDeadline());
    expect(found).toEqual({ kind: 'sent', receipt: world.slack.botMessages()[0]?.ts });
    expect(shown()).toEqual([['hello', 'chart.png: pixels']]);
  });

  it('that a former process did not get to is sent by the next one, and the text before it is not', async () => {
    await start();
    const text = ['a', 'b'].map((letter) => letter.repeat(3000)).join('\n\n');
    await world.slack.misbehave({ kind: 'reset', on: 'files.completeUploadExternal', times: 1 });
    expect(await send({ text, file: file() })).toMatchObject({ kind: 'unclear' });
    const next = world.newChannel({ clock: ahead(10_000) });
    const again = outgoing({ text, file: file(), firstTryAt: systemClock.now() });
    expect(await next.send(again, noDeadline())).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([['a'.repeat(20)], ['b'.repeat(20), 'chart.png: pixels']]);
  });

  it('under the same name, sent twice on purpose, is shown twice', async () => {
    await start();
    expect(await send({ file: file() })).toMatchObject({ kind: 'sent' });
    await world.slack.misbehave({ kind: 'reset', on: 'files.completeUploadExternal', times: 1 });
    expect(await send({ key: 't1.10', file: file() })).toMatchObject({ kind: 'unclear' });
    const next = world.newChannel({ clock: ahead(10_000) });
    const again = outgoing({ key: 't1.10', file: file(), firstTryAt: systemClock.now() });
    expect(await next.send(again, noDeadline())).toMatchObject({ kind: 'sent' });
    expect(shown()).toHaveLength(2);
  });

  it.each<[string, SlackOptions, string, RegExp]>([
    ['without its scope', without('files:write'), 'pixels', /files:write/],
    [
      'larger than Slack takes',
      { describe: { uploadLimitBytes: 3 } },
      'pixels',
      /file_upload_size_restricted/,
    ],
    ['that is empty', {}, '', /empty/],
  ])('%s cannot be sent, but its text is', async (_title, options, content, reason) => {
    await start(options);
    expect(await send({ file: file('a.txt', content) })).toMatchObject({
      ...{ kind: 'undeliverable', chat: 'reachable' },
      reason: expect.stringMatching(reason),
    });
    expect(shown()).toEqual([['hello']]);
  });

  it('that is no longer on our side cannot be sent', async () => {
    await start();
    const gone = { name: 'a', path: join(folder, 'gone'), bytes: 4 };
    expect(await send({ text: '', file: gone })).toMatchObject({
      ...{ kind: 'undeliverable', chat: 'reachable' },
      reason: expect.stringContaining('ENOENT'),
    });
  });

  it('waits when Slack says so, step by step', async () => {
    await start();
    for (const on of ['files.getUploadURLExternal', 'files.completeUploadExternal']) {
      await world.slack.misbehave({ kind: 'rate_limit', retryAfterSeconds: 4, on, times: 1 });
    }
    const firstTryAt = systemClock.now();
    expect(await send({ file: file() })).toMatchObject({ kind: 'retry', afterMs: 4000 });
    expect(await send({ file: file(), firstTryAt })).toMatchObject({ kind: 'retry', afterMs: 4000 });
    expect(await send({ file: file(), firstTryAt })).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([['hello', 'chart.png: pixels']]);
  });
});
