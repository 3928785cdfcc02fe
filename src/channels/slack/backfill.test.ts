import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import type { SlackApi } from './api.ts';
import { Backfill, type BackfillOptions } from './backfill.ts';
import { SlackCallError } from './failure.ts';
import { Gates } from './gates.ts';

const CHATS = ['C1', 'C2', 'C3'];
const limited = new SlackCallError('conversations.replies', { kind: 'rate_limited', afterMs: 1000 }, null);

const lost = new SlackCallError('conversations.history', { kind: 'lost', reason: 'internal_error' }, null);

/** A back-fill over a Slack whose histories are empty; `calls` are its requests, each answered by `answer`. */
function build(answer: (call: string) => Promise<object[]> = async () => []) {
  const clock = new FakeClock();
  const gates = new Gates();
  const calls: string[] = [];
  const page = async (call: string) => {
    calls.push(call);
    return { messages: await answer(call), next: '' };
  };
  const api = {
    calls: { refusal: null },
    history: ({ channel }: { channel: string }) => page(channel),
    replies: (_window: object, thread: string) => page(thread),
  } as unknown as SlackApi;
  const registered = CHATS.map((jid) => ({ jid, addedAt: 0 }));
  const host = {
    registered: () => registered,
    newestId: () => null,
    activeThreads: () => [],
    unanswered: () => [],
  };
  const log = pino({ level: 'silent' });
  const options = { api, host, gates, store: async () => undefined, clock, log };
  const backfill = new Backfill(options as unknown as BackfillOptions);
  return { backfill, calls, clock, gates, registered };
}

describe('looking for missed messages', () => {
  it('begins with the chats that have been waiting longest, however often the connection breaks', async () => {
    let release: (messages: object[]) => void = () => undefined;
    const { backfill, calls, gates } = build((call) =>
      call === 'C2' && calls.length === 2
        ? new Promise((resolve) => (release = resolve))
        : Promise.resolve([]),
    );
    backfill.begin();
    backfill.connected();
    await settle();
    backfill.lost();
    void gates.enter('C1', async () => undefined);
    release([]);
    await settle();
    backfill.connected();
    await settle();
    expect(calls).toEqual(['C1', 'C2', 'C2', 'C3', 'C1']);
  });

  it('goes on where it was told to wait, and begins nothing anew', async () => {
    const thread = { ts: '1700000000.000100', user: 'U1', text: 'hi', latest_reply: '1700000001.000100' };
    let refusals = 1;
    const { backfill, calls, clock } = build(async (call) => {
      if (call === 'C1') return [thread];
      if (call === thread.ts && refusals-- > 0) throw limited;
      return [];
    });
    backfill.begin();
    backfill.connected();
    await settle();
    clock.advance(1000);
    await settle();
    expect(calls).toEqual(['C1', thread.ts, thread.ts, 'C2', 'C3']);
  });

  it('goes on with the other chats while one cannot be read, and comes back to that one', async () => {
    let broken = 3;
    const { backfill, calls, clock, gates } = build(async (call) => {
      if (call === 'C1' && broken-- > 0) throw lost;
      return [];
    });
    const entered: string[] = [];
    backfill.begin();
    for (const jid of CHATS) void gates.enter(jid, async () => void entered.push(jid));
    backfill.connected();
    await settle();
    expect(entered).toEqual(['C2', 'C3']);
    for (let time = 0; time < 5; time += 1) {
      clock.advance(2000);
      await settle();
    }
    expect([calls, entered]).toEqual([
      ['C1', 'C2', 'C3', 'C1', 'C1', 'C1'],
      ['C2', 'C3', 'C1'],
    ]);
  });

  it('looks into a chat that was registered while there was no connection', async () => {
    const { backfill, calls, registered } = build();
    backfill.begin();
    registered.push({ jid: 'C4', addedAt: 0 });
    backfill.connected();
    await settle();
    expect(calls).toEqual(['C1', 'C2', 'C3', 'C4']);
  });

  it('waits for nothing any more once it is stopped', async () => {
    const { backfill, calls } = build(async () => {
      throw limited;
    });
    backfill.begin();
    backfill.connected();
    await settle();
    await backfill.stop();
    await settle();
    expect(calls).toEqual(['C1']);
  });
});
