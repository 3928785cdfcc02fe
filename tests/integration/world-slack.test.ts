/** The unmodified Bolt app against the Slack stand-in. */

import { App, type Logger, LogLevel, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../fakes/clock.ts';
import { WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from '../world/slack/description.ts';
import { type Slack, type SlackOptions, startSlack } from '../world/slack/slack.ts';

const GENERAL = 'C00GENERAL';
const MINJI = 'U0000MINJI';
/** Bolt waits this long before it reconnects, and for a pong; its default of 5 s would make the tests slow. */
const PING_TIMEOUT_MS = 300;
const DEADLINE_MS = 8000;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const nothing = () => undefined;
const SILENT: Logger = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, setName: nothing },
  getLevel: () => LogLevel.ERROR,
};

/** Bolt acknowledges an event before any listener sees it; only a receiver can do something first. */
class FirstReceiver extends SocketModeReceiver {
  before: (event: ReceiverEvent) => void = () => undefined;

  override init(app: App): void {
    const processEvent = async (event: ReceiverEvent) => {
      this.before(event);
      await app.processEvent(event);
    };
    super.init({ processEvent } as App);
  }
}

async function startPair(options: SlackOptions = {}) {
  const slack = await startSlack({ ackTimeoutMs: 300, retryDelaysMs: [0, 200, 200], ...options });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const receiver = new FirstReceiver({
    appToken: WORLD_SLACK_APP_TOKEN,
    logger: SILENT,
    clientPingTimeout: PING_TIMEOUT_MS,
    installerOptions: {
      clientOptions: { ...clientOptions, retryConfig: { retries: 100, minTimeout: 100, maxTimeout: 300 } },
    },
  });
  const app = new App({ token: WORLD_SLACK_BOT_TOKEN, receiver, clientOptions, logger: SILENT });
  const sender = new WebClient(WORLD_SLACK_BOT_TOKEN, {
    ...clientOptions,
    retryConfig: { retries: 0 },
    logger: SILENT,
    timeout: 2000,
  });
  const heard: { type: string; text: string; eventId: string; subtype: string | undefined }[] = [];
  app.use(async ({ body, payload, next }) => {
    if ('event_id' in body && 'text' in payload) {
      const { type, text, subtype } = payload as { type: string; text: string; subtype?: string };
      heard.push({ type, text, eventId: String(body.event_id), subtype });
    }
    await next();
  });
  await app.start();
  open.push(
    () => slack.stop(),
    () => app.stop(),
  );
  return { slack, app, receiver, sender, heard };
}

/** Ended before it has read the hello, Bolt leaves an unhandled rejection behind: wait for `readyAt`. */
const opened = (slack: Slack, count: number) => () => {
  const last = slack.connections().at(-1);
  return slack.connections().length >= count && last?.readyAt !== null && last?.closedAt === null;
};

describe('a mention', () => {
  it('is answered in its thread, with the metadata on record', async () => {
    const { slack, app, sender } = await startPair();
    app.event('app_mention', async ({ event }) => {
      await sender.chat.postMessage({
        channel: event.channel,
        thread_ts: event.thread_ts ?? event.ts,
        text: `답: ${event.text}`,
        metadata: { event_type: 'reply', event_payload: { key: '1.1' } },
      });
    });
    const asked = slack.people.write({ chat: GENERAL, user: MINJI, text: slack.people.mention('안녕') });
    await slack.until(() => slack.botMessages().length === 1, DEADLINE_MS);
    expect(slack.botMessages()[0]).toMatchObject({
      chat: GENERAL,
      thread: asked.ts,
      text: '답: <@U00000POL0> 안녕',
      metadata: { event_type: 'reply', event_payload: { key: '1.1' } },
    });
    const found = await sender.conversations.replies({
      channel: GENERAL,
      ts: asked.ts,
      include_all_metadata: true,
    });
    expect(found.messages?.map(({ text, metadata }) => ({ text, key: metadata?.event_payload }))).toEqual([
      { text: asked.text, key: undefined },
      { text: '답: <@U00000POL0> 안녕', key: { key: '1.1' } },
    ]);
  });

  it('in a direct chat arrives once, as a message, and is answered there', async () => {
    const { slack, app, sender, heard } = await startPair();
    app.message(async ({ message }) => {
      await sender.chat.postMessage({ channel: message.channel, text: 'here' });
    });
    slack.people.write({ chat: MINJI, user: MINJI, text: '폴, are you there?' });
    await slack.until(() => slack.botMessages().length === 1, DEADLINE_MS);
    expect(slack.botMessages()[0]?.chat).toBe('D0000MINJI');
    expect(heard.map(({ type }) => type)).toEqual(['message']);
  });
});

describe('people', () => {
  it('edit and delete, send files and give commands, and the app hears of each', async () => {
    const { slack, app, heard } = await startPair();
    app.command('/status', async ({ ack, respond }) => {
      await ack('one moment');
      await respond({ text: 'all well', response_type: 'in_channel' });
    });
    const message = slack.people.write({ chat: GENERAL, user: MINJI, text: 'frist' });
    slack.people.edit(message, 'first');
    slack.people.remove(message);
    const bytes = Buffer.from('메모');
    slack.people.write({ chat: GENERAL, user: MINJI, text: 'see', files: [{ name: 'memo.txt', bytes }] });
    slack.people.slash({ chat: GENERAL, user: MINJI, command: '/status' });
    await slack.until(() => slack.told().length === 2 && slack.acks().length === 5, DEADLINE_MS);
    expect(heard.map(({ subtype }) => subtype)).toEqual([undefined, 'file_share']);
    expect(slack.told().map(({ via, text, visible }) => [via, text, visible])).toEqual([
      ['ack', 'one moment', 'ephemeral'],
      ['response_url', 'all well', 'in_channel'],
    ]);
  });
});

describe('files', () => {
  it('are uploaded by the client into the thread, and downloaded with the token only', async () => {
    const { slack, sender } = await startPair();
    const start = slack.people.write({ chat: GENERAL, user: MINJI, text: 'report?' });
    const sent = Buffer.from('표,값\n1,2\n');
    await sender.filesUploadV2({ channel_id: GENERAL, thread_ts: start.ts, filename: 'r.csv', file: sent });
    const [shared] = slack.botMessages();
    expect(shared?.thread).toBe(start.ts);
    expect(shared?.files[0]?.bytes.equals(sent)).toBe(true);
    const info = await sender.files.info({ file: shared?.files[0]?.id ?? '' });
    const url = info.file?.url_private ?? '';
    const headers = { authorization: `Bearer ${WORLD_SLACK_BOT_TOKEN}` };
    expect(await (await fetch(url, { headers })).text()).toBe(sent.toString());
    expect(await (await fetch(url)).text()).toContain('<!DOCTYPE html>');
  });
});

describe('sending', () => {
  it('meets a lost response after the effect: the message stands, and its metadata finds it', async () => {
    const { slack, sender } = await startPair();
    await slack.misbehave({ kind: 'lost', on: 'chat.postMessage', times: 1 });
    const metadata = { event_type: 'reply', event_payload: { key: '7.1' } };
    await expect(sender.chat.postMessage({ channel: GENERAL, text: 'once', metadata })).rejects.toMatchObject(
      {
        code: 'slack_webapi_request_error',
      },
    );
    const history = await sender.conversations.history({ channel: GENERAL, include_all_metadata: true });
    expect(history.messages?.filter((one) => one.metadata?.event_type === 'reply')).toHaveLength(1);
  });

  it('meets a reset before the effect: nothing was posted', async () => {
    const { slack, sender } = await startPair();
    await slack.misbehave({ kind: 'reset', on: 'chat.postMessage', times: 1 });
    await expect(sender.chat.postMessage({ channel: GENERAL, text: 'never' })).rejects.toThrow();
    expect(slack.botMessages()).toEqual([]);
  });

  it('is told to wait: the client does so and posts once', async () => {
    const { slack, sender } = await startPair();
    await slack.misbehave({ kind: 'rate_limit', retryAfterSeconds: 1, on: 'chat.postMessage', times: 1 });
    const patient = new WebClient(WORLD_SLACK_BOT_TOKEN, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 1, minTimeout: 0, maxTimeout: 1 },
      logger: SILENT,
    });
    await patient.chat.postMessage({ channel: GENERAL, text: 'later' });
    const [first, second] = slack.requests('chat.postMessage');
    expect([first?.status, second?.status]).toEqual([429, 200]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    await slack.misbehave({ kind: 'rate_limit', retryAfterSeconds: 9, on: 'chat.postMessage', times: 1 });
    const impatient = new WebClient(WORLD_SLACK_BOT_TOKEN, {
      slackApiUrl: slack.apiUrl,
      rejectRateLimitedCalls: true,
      logger: SILENT,
    });
    await expect(impatient.chat.postMessage({ channel: GENERAL, text: 'no' })).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 9,
    });
    expect(slack.botMessages()).toHaveLength(1);
    await sender.auth.test();
  });

  it.each([
    [{ channel: 'C404', text: 'x' }, 'channel_not_found'],
    [{ channel: GENERAL, text: '' }, 'no_text'],
    [{ channel: GENERAL, text: 'x', thread_ts: '1.000001' }, 'thread_not_found'],
  ])('of %j is refused as Slack would', async (message, error) => {
    const { sender } = await startPair();
    await expect(sender.chat.postMessage(message)).rejects.toMatchObject({ data: { error } });
  });
});

describe('the connection', () => {
  it('is made anew after a drop, and what was not acknowledged comes again', async () => {
    const { slack, heard } = await startPair();
    await slack.misbehave({ kind: 'half_open' });
    slack.people.write({ chat: GENERAL, user: MINJI, text: 'into the void' });
    await slack.misbehave({ kind: 'drop' });
    await slack.until(opened(slack, 2), DEADLINE_MS);
    await slack.until(() => slack.acks().length === 1, DEADLINE_MS);
    expect(heard.map(({ text }) => text)).toEqual(['into the void']);
    expect(slack.acks()[0]?.attempt).toBeGreaterThan(0);
  });

  it('into which nothing passes any more is given up by Slack after some pings', async () => {
    const clock = new FakeClock();
    const { slack } = await startPair({ clock });
    await slack.misbehave({ kind: 'half_open' });
    clock.advance(15_000);
    expect(slack.connections()[0]).toMatchObject({ closeCode: 1006 });
  });

  it.each(['warning', 'refresh_requested', 'link_disabled'] as const)(
    'is made anew when Slack says "%s"',
    async (reason) => {
      const { slack } = await startPair();
      await slack.misbehave({ kind: 'disconnect', reason });
      await slack.until(opened(slack, 2), DEADLINE_MS);
    },
  );

  it('comes back after an outage; what people wrote meanwhile is in history alone', async () => {
    const { slack, sender, heard } = await startPair();
    await slack.misbehave({ kind: 'outage' });
    slack.people.write({ chat: GENERAL, user: MINJI, text: 'anyone?' });
    await expect(sender.auth.test()).rejects.toThrow();
    await slack.misbehave({ kind: 'none' });
    await slack.until(opened(slack, 2), DEADLINE_MS);
    slack.people.write({ chat: GENERAL, user: MINJI, text: 'back' });
    await slack.until(() => slack.acks().length === 1, DEADLINE_MS);
    expect(heard.map(({ text }) => text)).toEqual(['back']);
    const history = await sender.conversations.history({ channel: GENERAL });
    expect(history.messages?.map(({ text }) => text)).toEqual(['back', 'anyone?']);
  });
});

describe('events', () => {
  it('come again when nobody acknowledges them, with the same event id', async () => {
    const { slack, receiver, heard } = await startPair();
    const attempts: (number | undefined)[] = [];
    receiver.before = ({ retryNum }) => {
      attempts.push(retryNum);
      if (attempts.length < 3) throw new Error('not stored');
    };
    slack.people.write({ chat: GENERAL, user: MINJI, text: 'hello' });
    await slack.until(() => slack.acks().length === 1, DEADLINE_MS);
    expect(attempts).toEqual([0, 1, 2]);
    expect(new Set(slack.deliveries().map(({ eventId }) => eventId)).size).toBe(1);
    expect(heard.map(({ text }) => text)).toEqual(['hello']);
  });

  it('come twice or in another order when told to', async () => {
    const { slack, heard } = await startPair();
    const write = (text: string) => slack.people.write({ chat: GENERAL, user: MINJI, text });
    await slack.misbehave({ kind: 'event_duplicate', times: 1 });
    write('one');
    await slack.misbehave({ kind: 'event_reorder', times: 2 });
    write('two');
    write('three');
    await slack.until(() => slack.acks().length === 4, DEADLINE_MS);
    expect(heard.map(({ text }) => text)).toEqual(['one', 'one', 'three', 'two']);
    expect(heard[0]?.eventId).toBe(heard[1]?.eventId);
  });
});
