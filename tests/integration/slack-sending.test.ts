/** Replies on their way out: the Slack channel with the real Bolt against the stand-in. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outgoing } from '../../src/channels/channel.ts';
import { systemClock } from '../../src/clock.ts';
import { SLACK_SCOPES, WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from '../world/slack/description.ts';
import {
  connected,
  DEADLINE_MS,
  GENERAL,
  MINJI,
  noDeadline,
  outgoing,
  type SlackWorld,
  startSlackWorld,
} from './slack-world.ts';

let world: SlackWorld;
beforeEach(async () => {
  world = await startSlackWorld();
});
afterEach(() => world.stop());

const send = (fields: Partial<Outgoing> = {}) => world.channel.send(outgoing(fields), noDeadline());
const shown = () => world.slack.botMessages().map(({ text }) => text);
const write = (text: string) => world.slack.people.write({ chat: GENERAL, user: MINJI, text });
/** Three parts. */
const LONG = ['a', 'b', 'c'].map((letter) => letter.repeat(3000)).join('\n\n');
const again = () => ({ firstTryAt: systemClock.now() });

it('A reply goes into its thread, in Slack’s own markup, with its key on record', async () => {
  const asked = write('hm?');
  expect(
    await send({ thread: asked.ts, text: '**서울**은 [맑음](https://a.example) <!channel>' }),
  ).toMatchObject({
    kind: 'sent',
    receipt: world.slack.botMessages()[0]?.ts,
  });
  expect(world.slack.botMessages()).toMatchObject([
    {
      ...{ chat: GENERAL, thread: asked.ts },
      text: '*서울*\u200B은 <https://a.example|맑음> &lt;!channel&gt;',
      metadata: { event_type: 'nanoclaw_reply', event_payload: { key: 't1.1', part: 0 } },
    },
  ]);
});

it('A long reply comes in several messages, in order', async () => {
  await send({ text: LONG });
  expect(shown().map((text) => text[0])).toEqual(['a', 'b', 'c']);
});

it.each(['reset', 'fin'])('A reply whose answer was lost (%s) is found, not sent again', async (close) => {
  const asked = write('hm?');
  for (const thread of [null, asked.ts]) {
    await world.slack.misbehave({ kind: 'lost', close, on: 'chat.postMessage', times: 1 });
    const key = `t.${thread}`;
    expect(await send({ key, thread })).toMatchObject({ kind: 'unclear' });
    expect(await send({ key, thread, ...again() })).toMatchObject({ kind: 'sent' });
  }
  expect(shown()).toEqual(['hello', 'hello']);
});

it('A reply that never arrived is sent again', async () => {
  await world.slack.misbehave({ kind: 'reset', on: 'chat.postMessage', times: 1 });
  expect(await send()).toMatchObject({ kind: 'unclear' });
  expect(await send(again())).toMatchObject({ kind: 'sent' });
  expect(shown()).toEqual(['hello']);
});

it('A long reply goes on where a former process stopped', async () => {
  const thread = write('hm?').ts;
  await world.slack.misbehave({ kind: 'slow', ms: 1, on: 'chat.postMessage', times: 1 });
  await world.slack.misbehave({ kind: 'lost', on: 'chat.postMessage', times: 1 });
  expect(await send({ text: LONG, thread })).toMatchObject({ kind: 'unclear' });
  const next = world.newChannel();
  expect(await next.send(outgoing({ text: LONG, thread, ...again() }), noDeadline())).toMatchObject({
    kind: 'sent',
  });
  expect(shown().map((text) => text[0])).toEqual(['a', 'b', 'c']);
});

it('A wait that Slack asks for is passed on, and the parts it has are not sent again', async () => {
  await world.slack.misbehave({ kind: 'slow', ms: 1, on: 'chat.postMessage', times: 1 });
  await world.slack.misbehave({ kind: 'rate_limit', retryAfterSeconds: 7, on: 'chat.postMessage', times: 1 });
  expect(await send({ text: LONG })).toMatchObject({ kind: 'retry', afterMs: 7000 });
  expect(await send({ text: LONG, ...again() })).toMatchObject({ kind: 'sent' });
  expect(shown().map((text) => text[0])).toEqual(['a', 'b', 'c']);
  expect(world.slack.requests('conversations.history')).toEqual([]);
});

it('A storm of 429 is waited out, and the reply is there once', async () => {
  await world.slack.misbehave({ kind: 'rate_limit', retryAfterSeconds: 1, on: 'chat.', times: 20 });
  let tries = 0;
  let outcome = await send();
  for (; outcome.kind === 'retry'; tries += 1) {
    expect(outcome.afterMs).toBe(1000);
    outcome = await send(again());
  }
  expect([outcome.kind, tries]).toEqual(['sent', 20]);
  expect(shown()).toEqual(['hello']);
});

it('A second call while the first is under way has the same outcome', async () => {
  const [first, second] = await Promise.all([send(), send(again())]);
  expect(second).toEqual(first);
  expect(shown()).toEqual(['hello']);
});

it('Nothing is sent again as long as the history does not answer', async () => {
  await world.slack.misbehave({ kind: 'lost', on: 'chat.postMessage', times: 1 });
  await send();
  await world.slack.misbehave({ kind: 'status', on: 'conversations.history', times: 1 });
  expect(await send(again())).toMatchObject({ kind: 'unclear' });
  await world.slack.misbehave({
    kind: 'rate_limit',
    retryAfterSeconds: 3,
    on: 'conversations.history',
    times: 1,
  });
  expect(await send(again())).toMatchObject({ kind: 'retry', afterMs: 3000 });
  expect(await send(again())).toMatchObject({ kind: 'sent' });
  expect(shown()).toEqual(['hello']);
});

it('A reply first tried by a clock that was a day ahead is found behind its question', async () => {
  const { ts } = write('hm?');
  await world.slack.misbehave({ kind: 'lost', on: 'chat.postMessage', times: 1 });
  expect(await send({ answers: [ts] })).toMatchObject({ kind: 'unclear' });
  const tried = { answers: [ts], firstTryAt: Date.now() + 24 * 60 * 60_000 };
  expect(await send(tried)).toMatchObject({ kind: 'sent' });
  expect(shown()).toEqual(['hello']);
});

it('A chat that is gone is said to be so', async () => {
  expect(await send({ jid: 'C404' })).toEqual({
    ...{ kind: 'undeliverable', reason: 'channel_not_found', chat: 'gone' },
  });
});

it('A revoked token is waited out, and health names it', async () => {
  await world.slack.misbehave({ kind: 'auth_revoked' });
  expect(await send()).toMatchObject({ kind: 'retry', reason: 'token_revoked' });
  expect(world.channel.health()).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/SLACK_BOT_TOKEN.*token_revoked/),
  });
  await world.slack.misbehave({ kind: 'none' });
  expect(await send(again())).toMatchObject({ kind: 'sent' });
});

const reactions = () => world.slack.messages(GENERAL)[0]?.reactions.map(({ name }) => name);
const settled = (count: number) =>
  world.slack.until(
    () => world.slack.requests().filter(({ name }) => name.startsWith('reactions')).length >= count,
    5000,
  );

it('The sign while working is put on the question and taken away', async () => {
  const { ts } = write('hm?');
  await send();
  world.channel.setWorking({ jid: GENERAL, thread: ts }, true, ts);
  await world.slack.until(() => reactions()?.includes('eyes'), 5000);
  world.channel.setWorking({ jid: GENERAL, thread: ts }, true, ts);
  world.channel.setWorking({ jid: GENERAL, thread: ts }, false, ts);
  await world.slack.until(() => reactions()?.length === 0, 5000);
});

it('The sign that a former process put on a question is taken away by the one that finishes its turn', async () => {
  const topic = write('a topic');
  const address = { jid: GENERAL, thread: topic.ts };
  const question = world.slack.people.write({ chat: GENERAL, user: MINJI, text: 'hm?', thread: topic.ts });
  const eyes = () => question.reactions.some(({ name }) => name === 'eyes');
  await send();
  world.channel.setWorking(address, true, question.ts);
  await world.slack.until(eyes, 5000);
  const next = world.newChannel();
  await next.send(outgoing({ key: 't2.1' }), noDeadline());
  next.setWorking(address, true, question.ts);
  next.setWorking(address, false, question.ts);
  await world.slack.until(() => !eyes(), 5000);
  expect(topic.reactions).toEqual([]);
});

it('A sign that could not be taken away goes when Slack is connected anew', async () => {
  await world.channel.start(world.host);
  await connected(world);
  const { ts } = write('hm?');
  const address = { jid: GENERAL, thread: ts };
  world.channel.setWorking(address, true, ts);
  await world.slack.until(() => reactions()?.includes('eyes'), 5000);
  await world.slack.misbehave({ kind: 'reset', on: 'reactions.remove', times: 1 });
  world.channel.setWorking(address, false, ts);
  await settled(2);
  await world.slack.misbehave({ kind: 'drop' });
  await world.slack.until(() => reactions()?.length === 0, DEADLINE_MS);
});

it('Without its scope there is no sign, and it is asked for once', async () => {
  await world.stop();
  const scopes = SLACK_SCOPES.filter((scope) => scope !== 'reactions:write');
  const app = { token: WORLD_SLACK_APP_TOKEN, kind: 'app', scopes: ['connections:write'] } as const;
  const bot = { token: WORLD_SLACK_BOT_TOKEN, kind: 'bot', scopes } as const;
  world = await startSlackWorld({ describe: { tokens: [bot, app] } });
  const address = { jid: GENERAL, thread: write('hm?').ts };
  await send();
  world.channel.setWorking(address, true, address.thread);
  await settled(1);
  world.channel.setWorking(address, false, address.thread);
  expect(await send({ key: 't2.1' })).toMatchObject({ kind: 'sent' });
  expect(world.slack.requests('reactions.remove')).toEqual([]);
});
