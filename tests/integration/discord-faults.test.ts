/** When Discord misbehaves: the channel on the real discord.js, against the Discord stand-in. */
import { describe, expect, it } from 'vitest';
import { until } from '../e2e/until.ts';
import { FakeClock } from '../fakes/clock.ts';
import { DEADLINE_MS, GENERAL, replyTo, say, signal, stored, useWorlds } from './discord-world.ts';

const CHATS = [GENERAL, '1000000000000000202', '1000000000000000203'];

const { begin, beginWorld } = useWorlds();

it('a long outage, with 429s after it, loses nothing, repeats nothing and keeps the order of each chat', async () => {
  const channels = CHATS.map((id) => ({ id, name: id }));
  const { world, discord, channel } = await begin({ describe: { channels } });
  for (const chat of CHATS) world.register(chat);
  const written = new Map<string, string[]>(CHATS.map((chat) => [chat, []]));
  const write = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      const chat = CHATS[n % CHATS.length] ?? GENERAL;
      const texts = written.get(chat) ?? [];
      texts.push(`${texts.length}`);
      say(world, texts.at(-1) ?? '', chat);
    }
  };
  const all = () => CHATS.every((chat) => world.texts(chat).length >= (written.get(chat) ?? []).length);
  write(9);
  await world.until(all);
  await discord.misbehave({ kind: 'outage' });
  write(900);
  expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'unclear' });
  await discord.misbehave({ kind: 'none' });
  await discord.misbehave({ kind: 'rate_limit', retryAfterSeconds: 0.2, on: 'GET /channels', times: 4 });
  await discord.misbehave({ kind: 'event_duplicate', times: 5 });
  await discord.until(() => discord.starts().length > 1, DEADLINE_MS);
  write(9);
  await world.until(all);
  for (const chat of CHATS) expect(world.texts(chat)).toEqual(written.get(chat));
  const outcome = await channel.send(replyTo(GENERAL, { firstTryAt: Date.now() - 1_800_000 }), signal);
  expect(outcome).toMatchObject({ kind: 'sent' });
  expect(discord.botMessages()).toHaveLength(1);
});

it('an outage is named as the platform’s, first by the broken connection and then by its REST API too', async () => {
  const { discord, channel } = await begin();
  await discord.misbehave({ kind: 'outage' });
  const isDown = (state: string) => () => {
    const health = channel.health();
    return (health.state === state && health.signal === 'platform_down') || null;
  };
  const told = () => JSON.stringify(channel.health());
  await until(isDown('degraded'), DEADLINE_MS / 1000, told);
  channel.reconnect?.();
  await until(isDown('failed'), DEADLINE_MS / 1000, told);
});

it('events that come twice or in another order are stored once each', async () => {
  const { world, discord } = await begin();
  await discord.misbehave({ kind: 'event_duplicate', times: 2 });
  await discord.misbehave({ kind: 'event_reorder', times: 3 });
  await discord.misbehave({ kind: 'equal_timestamps', times: 5 });
  for (const text of ['1', '2', '3', '4', '5']) say(world, text);
  await stored(world, 5);
  say(world, 'last');
  await stored(world, 6);
  expect(world.texts(GENERAL)).toEqual(['1', '2', '5', '4', '3', 'last']);
});

it('sessions that are closed as soon as they are resumed cost no start, and lose nothing', async () => {
  const { world, discord } = await begin();
  await discord.misbehave({ kind: 'resume_loop', times: 4 });
  await discord.misbehave({ kind: 'drop' });
  say(world, 'meanwhile');
  await discord.until(() => discord.starts().length === 6, DEADLINE_MS);
  say(world, 'after');
  await stored(world, 2);
  expect(world.texts(GENERAL)).toEqual(['meanwhile', 'after']);
  expect(discord.identifies()).toHaveLength(1);
});

describe('a deaf connection', () => {
  it('is noticed by its silence, said, and replaced; what was missed is stored', async () => {
    const { world, discord, channel } = await begin();
    say(world, 'heard');
    await stored(world, 1);
    await discord.misbehave({ kind: 'half_open' });
    say(world, 'unheard');
    await world.until(() => channel.health().state === 'degraded');
    expect(channel.health()).toMatchObject({
      reason: expect.stringMatching(/nothing heard from Discord for \d+ s/),
      signal: 'channel_deaf',
    });
    await stored(world, 2);
    await world.until(() => channel.health().state === 'ok');
    say(world, 'heard again');
    await stored(world, 3);
    expect(world.texts(GENERAL)).toEqual(['heard', 'unheard', 'heard again']);
    expect(discord.identifies()).toHaveLength(2);
  });

  it('is no quiet one: nobody writes, heartbeats are answered, and all is well', async () => {
    const clock = new FakeClock();
    const { discord, channel } = await begin({ heartbeatIntervalMs: 50 }, { clock });
    const [connection] = discord.connections();
    for (let beats = 1; beats <= 12; beats += 1) {
      await discord.until(() => (connection?.heartbeats ?? 0) >= beats, DEADLINE_MS);
      // The answer to the last one may still be on its way: less than half of what counts as silence.
      clock.advance(45);
      expect(channel.health()).toMatchObject({ state: 'ok' });
    }
    expect(discord.connections()).toHaveLength(1);
  });
});

describe('the starts of a day', () => {
  it('that run low are spread over what is left of it: the next one waits, and says so', async () => {
    const clock = new FakeClock();
    const world = await beginWorld({ identifiesLeft: 50, identifiesResetAfterMs: 3_600_000 });
    const channel = world.newChannel({ clock });
    await channel.start(world.host);
    await world.until(() => channel.health().state === 'failed');
    expect(channel.health().reason).toBe(
      'few starts of the bot are left for today (session start limit); next try in 72 s',
    );
    clock.advance(71_999);
    expect(world.discord.identifies()).toEqual([]);
    clock.advance(1);
    await world.until(() => channel.health().state === 'ok');
    expect(world.discord.identifies()).toHaveLength(1);
  });
});
