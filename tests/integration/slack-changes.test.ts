/** What people do to messages they have written: the Slack channel with the real Bolt against the stand-in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connected, DEADLINE_MS, GENERAL, MINJI, type SlackWorld, startSlackWorld } from './slack-world.ts';

let world: SlackWorld;
beforeEach(async () => {
  world = await startSlackWorld();
  await world.channel.start(world.host);
  await connected(world);
  // Once this is acknowledged, events alone say what happens, and nothing is read in the history.
  write('first of all');
  await world.slack.until(() => world.slack.acks().length === 1, DEADLINE_MS);
});
afterEach(() => world.stop());

const { mention, write, edit, remove, allAcked, rows, texts } = {
  mention: (text: string) => world.slack.people.mention(text),
  write: (text: string, thread?: string) =>
    world.slack.people.write({ chat: GENERAL, user: MINJI, text, ...(thread ? { thread } : {}) }),
  edit: (...args: Parameters<SlackWorld['slack']['people']['edit']>) => world.slack.people.edit(...args),
  remove: (...args: Parameters<SlackWorld['slack']['people']['remove']>) =>
    world.slack.people.remove(...args),
  allAcked: (count: number) => world.slack.until(() => world.slack.acks().length >= count + 1, DEADLINE_MS),
  rows: () => world.store.journal.range(GENERAL, 1).map(({ content, asks }) => ({ content, asks })),
  texts: () => world.texts().slice(1),
};

describe('an edit', () => {
  it('changes what is on record, and may begin to ask', async () => {
    const message = write('helo');
    edit(message, 'hello');
    edit(message, mention('hello'));
    await allAcked(3);
    await world.until(() => rows()[0]?.asks === 1);
    expect(rows()).toEqual([{ content: '@폴 hello', asks: 1 }]);
  });

  it('that Slack tells of before the message is what is stored', async () => {
    await world.slack.misbehave({ kind: 'event_reorder', times: 2 });
    edit(write('helo'), 'hello');
    await allAcked(2);
    expect(texts()).toEqual(['hello']);
  });

  it('that comes twice changes nothing the second time', async () => {
    const message = write('helo');
    await allAcked(1);
    await world.slack.misbehave({ kind: 'event_duplicate', times: 1 });
    edit(message, 'hello');
    await allAcked(3);
    expect(texts()).toEqual(['hello']);
  });

  it('is not what Slack does to a link', async () => {
    world.slack.people.unfurl(write('see <https://a.example>'));
    await allAcked(2);
    expect(texts()).toEqual(['see https://a.example']);
  });

  it('made while nobody listened is found, of messages on record and of new ones', async () => {
    const known = write('known');
    await allAcked(1);
    await world.channel.stop();
    edit(known, 'known, edited');
    edit(write('new'), 'new, edited');
    await world.newChannel().start(world.host);
    await world.until(() => texts().includes('known, edited') && texts().length === 2);
    expect(texts()).toEqual(['known, edited', 'new, edited']);
  });

  it('that could not be stored is not acknowledged and comes again', async () => {
    const message = write('helo');
    await allAcked(1);
    let refusals = 1;
    world.gate.before = (what) => {
      if (what !== 'hello' || refusals === 0) return;
      refusals -= 1;
      throw new Error('disk full');
    };
    edit(message, 'hello');
    await world.until(() => texts()[0] === 'hello');
    expect(refusals).toBe(0);
  });
});

describe('a deletion', () => {
  it('takes the message off the record', async () => {
    const message = write(mention('forget it'));
    await allAcked(2);
    remove(message);
    await allAcked(3);
    expect(rows()).toEqual([]);
  });

  it.each([
    ['in the channel', () => undefined],
    ['in a thread', (topic: string) => topic],
  ])(
    'made %s while nobody listened takes the question off the record, and no other',
    async (_where, place) => {
      const topic = write('a topic').ts;
      const ask = (text: string) => write(mention(text), place(topic));
      const [gone] = [ask('forget it'), ask('keep this')];
      await world.until(() => world.store.questions.unanswered(GENERAL).length === 2);
      await world.channel.stop();
      if (gone) remove(gone);
      write('meanwhile');
      await world.newChannel().start(world.host);
      await world.until(() => texts().includes('meanwhile'));
      expect(texts()).toEqual(['a topic', '@폴 keep this', 'meanwhile']);
    },
  );

  it('is not what the history of a slash command looks like', async () => {
    world.slack.people.slash({ chat: GENERAL, user: MINJI, command: '/nanoclaw', text: 'keep this' });
    await world.until(() => texts().length === 1);
    await world.channel.stop();
    write('meanwhile');
    await world.newChannel().start(world.host);
    await world.until(() => texts().includes('meanwhile'));
    expect(rows()).toEqual([
      { content: 'keep this', asks: 1 },
      { content: 'meanwhile', asks: 0 },
    ]);
  });

  it('that Slack tells of before the message keeps it from being stored', async () => {
    await world.slack.misbehave({ kind: 'event_reorder', times: 2 });
    remove(write('oops'));
    write('stays');
    await allAcked(3);
    expect(texts()).toEqual(['stays']);
  });
});
