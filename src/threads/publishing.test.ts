import { beforeEach, describe, expect, it } from 'vitest';
import { FakePublishing } from '../../tests/fakes/publishing.ts';
import { aMessage } from '../../tests/fakes/records.ts';
import { createStore, type Store } from '../store/store.ts';
import { isGoAhead } from './go-ahead.ts';

let store: Store;
let world: FakePublishing;
let said: number;

beforeEach(() => {
  store = createStore(':memory:');
  world = new FakePublishing(store);
  said = 0;
});

const draft = (text = 'Spring is here.', jid = 'C1') =>
  store.write(() => world.publishing.draft('threads', { jid, text, replyTo: null }));
const publish = (number: number) => world.publishing.publish('threads', number);

/** @param asks whether the rules take it for a question of somebody who may ask */
function say(text: string, { asks = true, fromBot = false, jid = 'C1' } = {}): Promise<void> {
  said += 1;
  const message = aMessage({ jid, id: `m${said}`, text, fromBot });
  return store.write(() => {
    store.journal.touchChat(message);
    store.journal.append(message, { asks, isCommand: false });
  });
}

describe('a draft', () => {
  it('is shown word for word, with a number and the words that let it go out', async () => {
    expect(await draft()).toEqual({
      number: 1,
      goAhead: 'publish 1',
      shown: expect.stringMatching(/draft 1[\s\S]*\n\nSpring is here\.\n\n[\s\S]*`@폴 publish 1`$/u),
    });
    expect((await draft('Another.')).number).toBe(2);
  });

  it('goes out once after a person’s go-ahead, however often that is asked for', async () => {
    await draft();
    await say('@폴 publish 1');
    expect(await Promise.all([publish(1), publish(1).catch(() => 'refused')])).toEqual(['post1', 'refused']);
    expect([await publish(1), await publish(1)]).toEqual(['post1', 'post1']);
    expect(world.posts).toEqual([expect.objectContaining({ text: 'Spring is here.' })]);
  });

  it.each<[string, () => Promise<void>]>([
    ['nobody said anything', async () => undefined],
    ['a person only liked it', () => say('looks good!')],
    ['a person said no', () => say('do not publish 1')],
    ['a person meant another draft', () => say('publish 2')],
    ['a bot said it', () => say('publish 1', { fromBot: true })],
    ['somebody who may not ask said it', () => say('publish 1', { asks: false })],
    ['it was said in another chat', () => say('publish 1', { jid: 'C2' })],
  ])('stays where it is when %s', async (_case, speak) => {
    await draft();
    await speak();
    await expect(publish(1)).rejects.toThrow('nobody has let it go out');
    expect(world.posts).toEqual([]);
  });

  it('is not let out by words from before it was shown', async () => {
    await say('publish 1');
    await draft();
    await expect(publish(1)).rejects.toThrow('nobody has let it go out');
  });

  it('may be tried again when Threads surely did not take it, and not when nobody knows', async () => {
    await draft();
    await say('publish 1');
    world.ends = [
      { kind: 'failed', reason: 'HTTP 400' },
      { kind: 'unclear', reason: 'no answer' },
    ];
    await expect(publish(1)).rejects.toThrow('HTTP 400');
    await expect(publish(1)).rejects.toThrow('may be published or not (no answer)');
    await expect(publish(1)).rejects.toThrow('may be published or not');
    expect(world.posts).toHaveLength(2);
  });

  it('whose process died while it was sent does not go out a second time', async () => {
    const { number } = await draft();
    await say('publish 1');
    await store.write(() =>
      store.threadsDrafts.settle('threads', number, { state: 'publishing', postId: null }),
    );
    await expect(publish(1)).rejects.toThrow('may be published or not');
    expect(world.posts).toEqual([]);
  });

  it('of another group, or one that never was, is unknown', async () => {
    await draft();
    await expect(world.publishing.publish('main', 1)).rejects.toThrow('there is no draft 1');
  });

  it('waits when there is no valid token', async () => {
    await draft();
    await say('publish 1');
    world.ends = [{ kind: 'failed', reason: 'There is no valid Threads token.' }];
    await expect(publish(1)).rejects.toThrow('no valid Threads token');
    await expect(publish(1)).resolves.toBe('post2');
  });
});

it('A group that may not use Threads can neither draft nor publish', () => {
  world.allowed = false;
  expect(() => world.publishing.assertAllowed('team')).toThrow('may not use Threads');
});

it.each<[string, boolean]>([
  ['publish 3', true],
  ['Publish #3.', true],
  ['게시 3', true],
  ['게시해줘 3', true],
  ['3번 게시해 주세요', true],
  ['3 발행', true],
  ['publish 33', false],
  ['publish', false],
  ['please do not publish 3', false],
  ['게시 3 하지 마', false],
  ['publish 3 after lunch', false],
  ['draft 3 says: publish 3', false],
])('"%s" lets draft 3 go out: %s', (text, does) => {
  expect(isGoAhead(text, 3)).toBe(does);
});
